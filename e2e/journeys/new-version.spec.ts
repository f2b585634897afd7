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
