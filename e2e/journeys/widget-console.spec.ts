import { choose, drawer, openConsole } from "../support/console";
import { chat, launcher, openChat, sayIn } from "../support/widget";
import { expect, test } from "../support/widget-test";

test("CHAN-02, T212: from the console to a website: name it, copy the line, and the chat is there", async ({
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const shop = await host({ snippet: "" });
  const admin = await signedIn(desk.admin);
  await admin.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: desk.url });
  await openConsole(admin, "Channels");
  const channel = "Frontdesk 演示";
  await admin.getByRole("button", { name: `Edit` }).first().click();
  const websites = drawer(admin).getByLabel("Websites that may show the chat");
  await expect(drawer(admin).getByText(shop.origin)).toBeVisible();
  await websites.fill("not a website");
  await websites.press("Enter");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(drawer(admin).getByText("Each must be the address of a website")).toBeVisible();
  await drawer(admin).getByRole("button", { name: "Cancel" }).click();
  await admin.getByRole("button", { name: "Discard" }).click();

  await choose(admin, channel, "Put on a website");
  const dialog = admin.getByRole("dialog");
  await expect(dialog.getByRole("img", { name: `QR code of the link: ${desk.url}/chat/demo` })).toBeVisible();
  await dialog.getByRole("button", { name: "Copy the code" }).first().click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  const line = await admin.evaluate(() => navigator.clipboard.readText());
  expect(line).toBe(`<script async src="${desk.url}/widget.js" data-channel="demo"></script>`);
  shop.change({ snippet: line });
  const page = await newPage();
  await page.goto(shop.origin);
  await openChat(page);
  await sayIn(page, "It works.");

  const tried = admin.context().waitForEvent("page");
  await dialog.getByRole("link", { name: "Try it now" }).click();
  const tryPage = await tried;
  await launcher(tryPage).click();
  await expect(chat(tryPage).getByLabel("Message")).toBeVisible();
});
