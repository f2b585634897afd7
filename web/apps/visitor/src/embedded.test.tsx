import { FakeBrowser } from "@frontdesk/visitor-sdk/testing/fake-browser";
import { FakeDesk } from "@frontdesk/visitor-sdk/testing/fake-desk";
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Host } from "./embed";
import { Page } from "./page";
import { setPanelOpen } from "./seen";
import type { FromFrame, ToFrame } from "./widget/protocol";
import { loadWords } from "./words";

let desk: FakeDesk;
let root: HTMLElement;
let page: Page;
/** What the page around was told. */
let told: FromFrame[];
let say: (message: ToFrame) => void;

const wait = async (milliseconds = 50) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(20);
};

const signed = (user_id: string) => ({ user_id, expires_at: 1_900_000_000, signature: "ab".repeat(32) });

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  desk = new FakeDesk();
  // Pages of tests before this one may still speak, to nobody.
  const heard: FromFrame[] = [];
  told = heard;
  root = document.body.appendChild(document.createElement("div"));
  const { env } = new FakeBrowser(desk).page();
  page = new Page("demo", env, { language: "en", words: await loadWords("en") }, (node) => render(node, root));
  const host: Host = { tell: (message) => heard.push(message), listen: (listener) => (say = listener) };
  page.openIn(host);
});

afterEach(() => {
  render(null, root);
  root.remove();
  page.stop();
  setPanelOpen(true);
  vi.useRealTimers();
});

const texts = () => [...root.querySelectorAll(".bubble .text")].map((element) => element.textContent);
const ofType = (type: FromFrame["type"]) => told.filter((message) => message.type === type);

describe("the chat in a panel", () => {
  it("CHAN-04: waits to be told who the visitor is", async () => {
    await wait();
    expect(told).toEqual([{ type: "hello" }]);
    expect(page.client).toBeNull();
    say({ type: "init", visitor: {}, language: "zh-CN", is_open: true });
    await wait();
    expect(ofType("ready")).toHaveLength(1);
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(root.querySelector("textarea")).toBe(document.activeElement);
  });

  it("CHAN-04: counts what nobody sees, tells that something came and never what, and marks nothing as read", async () => {
    say({ type: "init", visitor: {}, language: null, is_open: true });
    await wait();
    page.client?.sendText("hello");
    await wait();
    expect(ofType("session")).toEqual([{ type: "session", state: "started", is_kept: true }]);
    say({ type: "panel", is_open: false });
    await wait();
    desk.agentSays("a secret");
    desk.agentSays("another");
    await wait();
    expect(ofType("unread").at(-1)).toEqual({ type: "unread", count: 2 });
    expect(ofType("message")).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain("secret");
    const reads = () => desk.opened.flatMap(({ received }) => received).filter(({ type }) => type === "read");
    const before = reads().length;
    await wait(5_000);
    expect(reads()).toHaveLength(before);
    say({ type: "panel", is_open: true });
    await wait(5_000);
    expect(ofType("unread").at(-1)).toEqual({ type: "unread", count: 0 });
    expect(reads().length).toBeGreaterThan(before);
  });

  it("U25: another person starts from nothing; the same one goes on", async () => {
    say({ type: "init", visitor: signed("alice"), language: null, is_open: true });
    await wait();
    page.client?.sendText("Alice was here");
    await wait();
    const { client } = page;
    say({ type: "visitor", visitor: { ...signed("alice"), nickname: "Alice" } });
    await wait();
    expect(page.client).toBe(client);
    say({ type: "visitor", visitor: signed("bob") });
    await wait();
    expect(page.client).not.toBe(client);
    expect(texts()).toEqual(["Welcome"]);
    say({ type: "visitor", visitor: { user_id: "alice" } });
    await wait();
    expect(ofType("error")).toEqual([{ type: "error", code: "identity_invalid" }]);
    expect(texts()).toEqual(["Welcome"]);
  });

  it("CHAN-04: Escape closes the panel, but first what lies over the conversation", async () => {
    say({ type: "init", visitor: {}, language: null, is_open: true });
    await wait();
    const press = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    root.querySelector<HTMLButtonElement>('[aria-label="Emoji"]')?.click();
    await wait();
    press();
    expect(ofType("close")).toEqual([]);
    root.querySelector<HTMLButtonElement>('[aria-label="Emoji"]')?.click();
    await wait();
    press();
    expect(ofType("close")).toHaveLength(1);
  });
});
