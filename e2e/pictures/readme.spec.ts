/** Takes the pictures of the README: `make screenshots`. What they show is said by real people here. */
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { expect, test } from "../support/test";

const pictures = fileURLToPath(new URL("../../docs/pictures", import.meta.url));

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

test("a conversation, as the agent and the visitor see it", async ({ desk, signedIn, visitor }) => {
  const [ann] = desk.agents;
  if (!ann) {
    throw new Error("the demo has no agent");
  }
  const agent = await signedIn(ann);
  await agent.getByRole("button", { name: "Go ready" }).click();

  const guest = await visitor();
  await say(guest, "Hello! My parcel was due yesterday. Where is it?");
  await agent.getByText("Where is it?").first().click();
  await say(agent, "Let me look that up for you.");
  await expect(guest.getByText("Let me look that up for you.")).toBeVisible();
  await say(agent, "It left our warehouse this morning and arrives tomorrow before noon.");
  await say(guest, "Great, thank you 👍");
  await expect(agent.getByText("Great, thank you").last()).toBeVisible();

  await take(agent, "workbench");
  await take(guest, "visitor");
});

test("the console, as an admin sees it", async ({ desk, signedIn }) => {
  const admin = await signedIn(desk.admin);
  await admin.goto(`${desk.url}/console/skill-groups`);
  await expect(admin.getByRole("table")).toBeVisible();
  await take(admin, "console");
});

test.describe("in Chinese, dark", () => {
  test("the workbench and the visitor's page", async ({ desk, browser, visitor }) => {
    const guest = await visitor({ locale: "zh-CN", colorScheme: "dark" });
    await guest.getByRole("textbox").fill("你好,请问我的包裹到哪里了?");
    await guest.keyboard.press("Enter");
    await expect(guest.getByText("请问我的包裹到哪里了").last()).toBeVisible();
    await take(guest, "visitor-zh-dark");

    const context = await browser.newContext({ locale: "zh-CN", colorScheme: "dark" });
    const page = await context.newPage();
    await page.goto(`${desk.url}/`);
    await expect(page.getByRole("button").first()).toBeVisible();
    await take(page, "sign-in-zh-dark");
  });
});
