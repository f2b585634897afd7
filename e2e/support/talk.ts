/** What people do in a conversation, on the visitor's page and in the workbench alike. */
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";

/** A file in someone's hands. */
export interface Paper {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Writes a message and presses "Send". */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

/** Texts of all messages that a page shows, from top to bottom. */
export function said(page: Page): Locator {
  return page.locator(".message .text, .bubble-text");
}

/** Expects each text once and in this order, whatever the desk says by itself in between. */
export async function expectSaid(page: Page, texts: readonly string[]): Promise<void> {
  await expect
    .poll(async () => (await said(page).allInnerTexts()).filter((text) => texts.includes(text)))
    .toEqual([...texts]);
}

/** The bubble of one message, with its mark. */
export function bubble(page: Page, text: string): Locator {
  return page.locator(".message, .line-message").filter({ has: page.getByText(text, { exact: true }) });
}

/** Signed-in agents take sessions from now on. */
export async function goReady(agent: Page): Promise<void> {
  await agent.getByRole("button", { name: "Go ready" }).click();
  await expect(agent.getByRole("button", { name: "Go ready" })).toBeHidden();
}

/** The agent's running sessions whose row shows `text`. */
export function inService(agent: Page, text: string | RegExp = ""): Locator {
  return agent.getByRole("region", { name: "In service" }).getByRole("link", { name: text });
}

/** The agent's ended sessions. */
export function ended(agent: Page): Locator {
  return agent.getByRole("region", { name: "Ended" }).getByRole("link");
}

/** Chooses a session and waits until one can answer. */
export async function openSession(agent: Page, text: string | RegExp): Promise<void> {
  await inService(agent, text).click();
  await expect(agent.getByLabel("Message")).toBeVisible();
}

/** Ends the open session as its agent. */
export async function endSession(agent: Page): Promise<void> {
  await agent.getByRole("main").getByRole("button", { name: "End session" }).click();
  await agent.getByRole("dialog").getByRole("button", { name: "End session" }).click();
}

/** Chooses a file behind a button. */
export async function choose(page: Page, button: string, paper: Paper): Promise<void> {
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button, exact: true }).click();
  await (await choosing).setFiles(paper);
}

/** Pastes a file into the message field, as browsers do with a screenshot. */
export async function paste(page: Page, { name, mimeType, buffer }: Paper): Promise<void> {
  await page.getByLabel("Message").evaluate(
    (field, file) => {
      const bytes = Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], file.name, { type: file.type }));
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    { name, type: mimeType, base64: buffer.toString("base64") },
  );
}

/** Whether a picture was not only announced but drawn. */
export async function expectDrawn(picture: Locator): Promise<void> {
  await expect.poll(async () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
}
