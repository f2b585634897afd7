import type { Page } from "@playwright/test";

import { openConsole } from "../support/console";
import { phone } from "../support/screens";
import { expectSaid, goReady, inService, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";

/** Presses Tab until the element that is wanted has the focus. */
async function tabTo(page: Page, name: string, role: "button" | "textbox" = "button"): Promise<void> {
  const wanted = page.getByRole(role, { name });
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 30; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to “${name}”`);
}

/** Buttons, links and fields on a page that nobody could name. */
async function nameless(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const role of ["button", "link", "textbox", "combobox", "searchbox", "spinbutton", "switch"] as const) {
    for (const element of await page.getByRole(role, { name: /^\s*$/ }).all()) {
      found.push(await element.evaluate((each) => each.outerHTML.slice(0, 200)));
    }
  }
  return found;
}

/** How much wider the page is than its screen, in CSS pixels. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test("WORK-08, ADM-16: an agent signs in, goes ready and answers without a mouse", async ({ desk, page, visitor }) => {
  const [first, second] = [await visitor(), await visitor()];
  await page.goto(`${desk.url}/`);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(desk.agent(0).email);
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.type(desk.agent(0).password);
  await page.keyboard.press("Enter");
  await tabTo(page, "Go ready");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Status: Free" })).toBeVisible();

  await say(first, "The older question");
  await expect(inService(page)).toHaveCount(1);
  await say(second, "The newer question");
  await expect(inService(page)).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search visitors" }).focus();
  await page.keyboard.press("Tab");
  await expect(inService(page, "The newer question")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(inService(page, "The older question")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Message")).toBeFocused();
  await page.keyboard.type("An answer by keys");
  await page.keyboard.press("Enter");
  await expectSaid(first, ["The older question", "An answer by keys"]);
  await page.keyboard.press("Escape");
  await expect(inService(page, "An answer by keys")).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("WORK-01, WORK-25: on a phone the list and the conversation are two pages", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0), phone);
  await goReady(ann);
  await say(guest, "Are you on the move?");
  await expect(ann.getByLabel("Message")).toBeHidden();
  expect(await overflow(ann)).toBe(0);
  await openSession(ann, "Are you on the move?");
  await expect(ann.getByRole("complementary", { name: "Sessions" })).toBeHidden();
  await say(ann, "Yes, in the tram.");
  await expectSaid(guest, ["Are you on the move?", "Yes, in the tram."]);
  expect(await overflow(ann)).toBe(0);
  await ann.getByRole("button", { name: "Back to the list" }).click();
  await expect(ann.getByLabel("Message")).toBeHidden();
  await expect(inService(ann)).toContainText("Yes, in the tram.");
  await inService(ann).click();
  await ann.goBack();
  await expect(inService(ann)).toBeVisible();
});

test("CHAN-03: the chat page fits a screen of 320 pixels, whatever is said", async ({ desk, signedIn, visitor }) => {
  const guest = await visitor({ viewport: { width: 320, height: 568 } });
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  expect(await overflow(guest)).toBe(0);
  const long = "W".repeat(120);
  await say(guest, long);
  await openSession(ann, long);
  await say(ann, `https://example.com/${"path/".repeat(40)}`);
  await expect(said(guest).getByRole("link")).toBeVisible();
  expect(await overflow(guest)).toBe(0);
  await guest.getByRole("button", { name: "Emoji" }).click();
  await expect(guest.getByRole("button", { name: "👍" })).toBeInViewport();
  expect(await overflow(guest)).toBe(0);
});

test("WORK-01, CHAN-03: every control has a name for screen readers", async ({ desk, page, signedIn, visitor }) => {
  const guest = await visitor();
  await page.goto(`${desk.url}/`);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Can you hear me?");
  await openSession(ann, "Can you hear me?");
  await say(ann, "Loud and clear.");
  await expect(said(guest).getByText("Loud and clear.")).toBeVisible();
  expect(await nameless(guest)).toEqual([]);
  expect(await nameless(ann)).toEqual([]);
  const admin = await signedIn(desk.admin);
  for (const name of ["Agents", "Skill groups", "Flows", "Channels", "Mail outbox"]) {
    await openConsole(admin, name);
    await expect(admin.locator(".ant-skeleton")).toHaveCount(0);
    expect(await nameless(admin), name).toEqual([]);
  }
});

test("the fixed names lead to one element each", async ({ desk, page, signedIn, visitor }) => {
  await page.goto(`${desk.url}/`);
  await expect(page.getByLabel("E-mail")).toHaveCount(1);
  await expect(page.getByLabel("Password")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Sign in" })).toHaveCount(1);

  const ann = await signedIn(desk.agent(0));
  await expect(ann.getByRole("button", { name: "Go ready" })).toHaveCount(1);
  await goReady(ann);
  const guest = await visitor();
  await say(guest, "Message with a Send button");
  await expect(inService(ann, "Message with a Send button")).toHaveCount(1);
  await openSession(ann, "Message with a Send button");
  await expect(ann.getByRole("button", { name: "Send" })).toHaveCount(1);
  await say(ann, "An answer");
  await expect(said(guest).getByText("An answer")).toBeVisible();
  for (const each of [guest, ann]) {
    await expect(each.getByLabel("Message")).toHaveCount(1);
    await expect(each.getByRole("button", { name: "Send" })).toHaveCount(1);
  }
  await expect(guest.getByText("An answer")).toHaveCount(1);
});
