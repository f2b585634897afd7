/** What people do with the widget on somebody else's page. */
import { createHmac } from "node:crypto";

import { expect } from "@playwright/test";
import type { FrameLocator, Locator, Page } from "@playwright/test";

import type { Desk, Person } from "./desk";

/** A signed-in admin's way to the API. */
export class AdminCalls {
  private constructor(
    private readonly desk: Desk,
    private readonly headers: Record<string, string>,
  ) {}

  static async signIn(desk: Desk, admin: Person): Promise<AdminCalls> {
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${desk.url}/api/v1${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const answer = await post("/sign-in", { identifier: admin.email, password: admin.password });
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const me = (await (await fetch(`${desk.url}/api/v1/me`, { headers: { cookie } })).json()) as { csrf_token: string };
    return new AdminCalls(desk, { cookie, "X-CSRF-Token": me.csrf_token, "Content-Type": "application/json" });
  }

  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.desk.url}/api/v1${path}`, {
      method,
      headers: this.headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    return (await answer.json()) as Answer;
  }

  /** The demo's channel. */
  async channel(): Promise<{ id: string }> {
    const { items } = await this.call<{ items: { id: string; key: string }[] }>("GET", "/channels");
    const channel = items.find(({ key }) => key === "demo");
    if (!channel) throw new Error("the demo has no channel");
    return channel;
  }

  /** Changes the demo's channel. */
  async change(body: object): Promise<void> {
    await this.call("PATCH", `/channels/${(await this.channel()).id}`, body);
  }

  /** A new secret for signing identities. */
  async secret(): Promise<string> {
    const { id } = await this.channel();
    return (await this.call<{ secret: string }>("POST", `/channels/${id}/identity-secret`, {})).secret;
  }
}

/** What the website's server signs for a person (SEC-03). */
export function identityOf(secret: string, user_id: string) {
  const expires_at = Math.floor(Date.now() / 1000) + 3600;
  const text = `frontdesk-identity:v1:${expires_at}:${user_id}`;
  return { user_id, expires_at, signature: createHmac("sha256", secret).update(text).digest("hex") };
}

/** The line that the embed dialog gives, with more attributes if wanted. */
export function snippetOf(desk: Desk, attributes = ""): string {
  return `<script async src="${desk.url}/widget.js" data-channel="demo" ${attributes}></script>`;
}

/** A policy that allows nothing but the page's own files and what docs/embedding.md asks for. */
export function strictPolicy(desk: Desk): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${desk.url}`,
    "style-src 'self'",
    `connect-src ${desk.url}`,
    `frame-src ${desk.url}`,
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
  ].join("; ");
}

export function launcher(page: Page): Locator {
  return page.locator("frontdesk-widget button.launcher");
}

export function badge(page: Page): Locator {
  return page.locator("frontdesk-widget .badge");
}

/** The chat in the panel. */
export function chat(page: Page): FrameLocator {
  return page.frameLocator("frontdesk-widget iframe");
}

/** Opens the panel and waits for the chat. */
export async function openChat(page: Page): Promise<FrameLocator> {
  await launcher(page).click();
  await expect(chat(page).getByLabel("Message")).toBeVisible();
  return chat(page);
}

/** Writes a message in the panel. */
export async function sayIn(page: Page, text: string): Promise<void> {
  await chat(page).getByLabel("Message").fill(text);
  await chat(page).getByRole("button", { name: "Send" }).click();
  await expect(chat(page).getByText(text)).toBeVisible();
}
