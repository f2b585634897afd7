import { expect, test as base } from "../support/test";
import { HostPage, type HostPageOptions } from "../support/host-page";
import { goReady, openSession, say } from "../support/talk";
import { AdminCalls, badge, chat, launcher, openChat, sayIn, snippetOf, strictPolicy } from "../support/widget";

interface Fixtures {
  admin: AdminCalls;
  /** A website with the demo's chat in it, named by the channel. */
  host: (options?: Partial<HostPageOptions>) => Promise<HostPage>;
}

const test = base.extend<Fixtures>({
  admin: async ({ desk }, use) => use(await AdminCalls.signIn(desk, desk.admin)),
  host: async ({ desk, admin }, use) => {
    const hosts: HostPage[] = [];
    await use(async (options = {}) => {
      const host = await HostPage.start({ snippet: snippetOf(desk), ...options });
      hosts.push(host);
      await admin.change({ websites: hosts.map(({ origin }) => origin) });
      return host;
    });
    await Promise.all(hosts.map((host) => host.stop()));
  },
});

/** Everything that a page complains about. */
function complaints(page: import("@playwright/test").Page): string[] {
  const heard: string[] = [];
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") heard.push(message.text());
  });
  return heard;
}

test("CHAN-04, T120: on a foreign page with a strict policy; four files, and nothing but the launcher before a click", async ({
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const shop = await host({ policy: strictPolicy(desk), isForeignSite: true });
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const page = await newPage();
  const heard = complaints(page);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(desk.url)) asked.push(new URL(request.url()).pathname);
  });
  await page.goto(shop.origin);
  await expect(launcher(page)).toBeVisible();
  await expect(launcher(page)).toHaveAttribute("aria-expanded", "false");
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual(["/widget.js", "/api/v1/visitor/channels/demo/launcher"]);

  await openChat(page);
  await expect(chat(page).getByLabel("Message")).toBeFocused();
  expect(asked.filter((path) => !path.startsWith("/api/"))).toHaveLength(3);
  await sayIn(page, "Is the blue one in stock?");
  await openSession(ann, "Is the blue one in stock?");
  await say(ann, "It is.");
  await expect(chat(page).getByText("It is.")).toBeVisible();

  await page.keyboard.press("Escape");
  await expect(chat(page).getByLabel("Message")).toBeHidden();
  await expect(launcher(page)).toBeFocused();
  expect(heard).toEqual([]);
});

test("CHAN-04: counts what comes while the panel is closed, also after the page was loaded again", async ({
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const shop = await host();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const page = await newPage();
  await page.goto(shop.origin);
  await openChat(page);
  await sayIn(page, "Hello?");
  await openSession(ann, "Hello?");
  await launcher(page).click();
  await say(ann, "One.");
  await say(ann, "Two.");
  await expect(badge(page)).toHaveText("2");
  await expect(launcher(page)).toHaveAttribute("aria-label", "Open chat, 2 unread messages");
  await page.goto(`${shop.origin}/another-page`);
  await expect(badge(page)).toHaveText("2");
  await expect(ann.getByRole("img", { name: "Read" })).toHaveCount(0);
  await openChat(page);
  await expect(badge(page)).toBeHidden();
  await expect(chat(page).getByText("Two.")).toBeVisible();
});
