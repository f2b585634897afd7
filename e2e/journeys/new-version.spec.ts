import { goReady, openSession, say } from "../support/talk";
import { expect, test } from "../support/test";

/** As after an upgrade: the page is open, and its parts that come later are gone. */
const GONE = { status: 404, contentType: "text/plain", body: "There is no such page.\n" };

test("After an upgrade the visitor's page says that there is a newer release instead of doing nothing, and keeps what is written", async ({
  visitor,
}) => {
  const page = await visitor();
  await expect(page.getByLabel("Message")).toBeVisible();
  await page.route("**/chat-assets/assets/later-*.js", (route) => route.fulfill(GONE));
  await page.reload();
  await page.getByLabel("Message").fill("Half a sentence");
  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(page.getByText("This page has been updated.")).toBeVisible();
  await page.unroute("**/chat-assets/assets/later-*.js");
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByLabel("Message")).toHaveValue("Half a sentence");
  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(page.getByRole("button", { name: "😀" })).toBeVisible();
});

test("After an upgrade the desk says that there is a newer release when a part of it is gone", async ({
  desk,
  signedIn,
}) => {
  const admin = await signedIn(desk.admin);
  await expect(admin.getByRole("button", { name: "Go ready" })).toBeVisible();
  await admin.route("**/assets/*.js", (route) => route.fulfill(GONE));
  await admin.getByRole("link", { name: "Console" }).click();
  await expect(admin.getByText("The desk has been updated")).toBeVisible();
});

test("After an upgrade a dialog that comes on demand says so, and the page around it stays", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Are you there?");
  await openSession(ann, "Are you there?");
  await ann.getByLabel("Message").fill("Half an answer");
  await ann.route("**/assets/*.js", (route) => route.fulfill(GONE));
  await ann.getByRole("button", { name: /^Account/ }).click();
  await ann.getByRole("menuitem", { name: "My reception limit" }).click();
  await expect(ann.getByText("The desk has been updated")).toBeVisible();
  await expect(ann.getByLabel("Message")).toHaveValue("Half an answer");
  await ann.unroute("**/assets/*.js");
  await ann.getByRole("button", { name: "Reload" }).click();
  await expect(ann.getByLabel("Message")).toHaveValue("Half an answer");
});
