import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expect, test } from "../support/test";
import {
  bubble,
  choose,
  ended,
  endSession,
  expectDrawn,
  expectSaid,
  goReady,
  inService,
  openSession,
  paste,
  said,
  say,
} from "../support/talk";
import type { Paper } from "../support/talk";

test("CHAN-03, CHAN-18, ROUTE-03, ROUTE-05, WORK-03, WORK-05, WORK-08, U1: a visitor and an agent talk", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  await expect(guest.getByRole("heading", { name: "Frontdesk 演示" })).toBeVisible();
  await say(guest, "Hello, is the grinder in stock?");

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await expect(inService(ann, "Hello, is the grinder in stock?")).toContainText("1 unread");
  await openSession(ann, "Hello, is the grinder in stock?");
  await expect(inService(ann)).not.toContainText("unread");
  await expect(ann.getByTitle("Came from")).toHaveText("Frontdesk 演示@web");
  await expect(guest.getByText("小安 Ann (no. 1001) joined")).toBeVisible();
  await expect(guest.getByText("小安 Ann · no. 1001")).toBeVisible();
  await expect(bubble(guest, "Hello, is the grinder in stock?")).toContainText("Read");

  await ann.getByLabel("Message").pressSequentially("Yes, ");
  await expect(guest.getByText("小安 Ann is typing…")).toBeVisible();
  await ann.getByLabel("Message").press("Shift+Enter");
  await ann.getByLabel("Message").pressSequentially("in black and in white.");
  await ann.getByLabel("Message").press("Enter");
  const answer = "Yes, \nin black and in white.";
  await expectSaid(guest, ["Hello, is the grinder in stock?", answer]);
  await expect(guest.getByText("小安 Ann is typing…")).toBeHidden();
  await expect(ann.getByRole("img", { name: "Read", exact: true })).toHaveCount(1);

  await guest.getByLabel("Message").pressSequentially("White, please");
  await expect(ann.getByRole("log").getByText("is typing…")).toBeVisible();
  await guest.getByRole("button", { name: "Emoji" }).click();
  await guest.getByRole("button", { name: "👍" }).click();
  await guest.getByLabel("Message").press("Enter");
  await expect(inService(ann)).toContainText("White, please👍");

  await ann.getByRole("button", { name: "Emoji" }).click();
  await ann.getByRole("button", { name: "🎉" }).click();
  await ann.getByRole("button", { name: "Send" }).click();

  const all = ["Hello, is the grinder in stock?", answer, "White, please👍", "🎉"];
  await expectSaid(guest, all);
  await expectSaid(ann, all);
  await guest.reload();
  await ann.reload();
  await expectSaid(guest, all);
  await expectSaid(ann, all);
});

test("CHAN-03, WORK-07, WORK-08, OPS-05: pictures, screenshots and files go both ways, once and in order", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "The machine leaks, see the pictures.");
  await openSession(ann, "The machine leaks, see the pictures.");

  const photo = await paper(guest, "leak.png");
  const screenshot = await paper(ann, "screenshot.png");
  const manual = { name: "手册 manual.txt", mimeType: "text/plain", buffer: Buffer.from("1. Close the tank.\n") };
  const bill = { name: "bill.txt", mimeType: "text/plain", buffer: Buffer.from("42.00\n") };
  await choose(guest, "Add a picture", photo);
  await expectDrawn(ann.getByRole("button", { name: "Open picture leak.png" }).getByRole("img"));
  await paste(guest, { ...photo, name: "image.png" });
  await expectDrawn(ann.getByRole("button", { name: "Open picture image.png" }).getByRole("img"));
  await choose(guest, "Add a file", bill);
  await expect(inService(ann)).toContainText("[File] bill.txt");
  await paste(ann, screenshot);
  await expectDrawn(guest.getByRole("button", { name: "Open picture: screenshot.png" }).getByRole("img"));
  await choose(ann, "File", manual);

  const billLink = ann.getByRole("link", { name: /^Download bill\.txt/ });
  expect(await saved(ann, () => billLink.click())).toEqual({ name: bill.name, buffer: bill.buffer });
  const manualButton = guest.getByRole("button", { name: /^Download file: 手册 manual\.txt/ });
  expect(await saved(guest, () => manualButton.click())).toEqual({ name: manual.name, buffer: manual.buffer });
  await ann.getByRole("button", { name: "Open picture leak.png" }).click();
  await expectDrawn(ann.getByRole("dialog").getByRole("img", { name: "leak.png" }));
  await ann.keyboard.press("Escape");
  await expect(ann.getByRole("dialog")).toBeHidden();

  const names = ["leak.png", "image.png", "bill.txt", "screenshot.png", "手册 manual.txt"];
  for (const page of [guest, ann]) {
    await expect.poll(async () => shownNames(page)).toEqual(names);
    await page.reload();
    await expect.poll(async () => shownNames(page)).toEqual(names);
  }
});

test("ROUTE-14, ROUTE-18, WORK-06, WORK-21: after the end a new session starts, with what was said before", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "I would like to order twenty bags.");
  await openSession(ann, "I would like to order twenty bags.");
  const bags = Array.from({ length: 24 }, (_, index) => `Bag ${index + 1} is packed.`);
  for (const bag of bags) {
    await say(ann, bag);
  }
  await expectSaid(guest, bags);

  await endSession(ann);
  await expect(guest.getByText("The agent ended the conversation")).toBeVisible();
  await expect(ended(ann)).toHaveCount(1);
  await expect(inService(ann)).toHaveCount(0);
  await ann.getByRole("button", { name: "Complete", exact: true }).click();
  await expect(ended(ann)).toHaveCount(0);

  await say(guest, "One more bag, please.");
  await openSession(ann, "One more bag, please.");
  await expect(inService(ann)).toHaveCount(1);
  await expectSaid(guest, [...bags, "One more bag, please."]);

  await expect(ann.getByText(/^This session · /)).toBeVisible();
  const shown = async () => (await said(ann).allInnerTexts()).filter((text) => bags.includes(text));
  // The tenth is the desk's goodbye.
  await expect.poll(shown).toEqual(bags.slice(-9));
  await expect(said(ann).first()).toHaveText("Bag 16 is packed.");
  await ann.getByRole("button", { name: "More history" }).click();
  await expect.poll(shown).toEqual(bags.slice(-19));
  await ann.getByRole("button", { name: "More history" }).click();
  await expect.poll(shown).toEqual(bags);
  await expect(ann.getByRole("button", { name: "More history" })).toBeHidden();
});

/** A real picture: what the page looks like. */
async function paper(page: Page, name: string): Promise<Paper> {
  return { name, mimeType: "image/png", buffer: await page.screenshot() };
}

/** Names of pictures and files that a page shows, from top to bottom. */
async function shownNames(page: Page): Promise<string[]> {
  const shown = page
    .locator(".message, .line-message")
    .locator("[aria-label^='Open picture'], [aria-label^='Download']");
  const labels = await shown.evaluateAll((elements) =>
    elements.map((element) => element.getAttribute("aria-label") ?? ""),
  );
  return labels.map((label) => label.replace(/^(Open picture|Download file|Download):? /, "").replace(/, [^,]+$/, ""));
}

/** The file that `pressing` saves. */
async function saved(page: Page, press: () => Promise<void>): Promise<Pick<Paper, "name" | "buffer">> {
  const coming = page.waitForEvent("download");
  await press();
  const download = await coming;
  return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) };
}
