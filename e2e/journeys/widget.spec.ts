import { phone as phoneScreen } from "../support/screens";
import { goReady, openSession, say } from "../support/talk";
import { badge, chat, identityOf, launcher, openChat, sayIn, strictPolicy } from "../support/widget";
import { complaints, expect, test } from "../support/widget-test";

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

test("CHAN-04: custom data, nickname and language come from the page; agents see them as text (T102), and no picture from elsewhere (T106)", async ({
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const hostile = '<img src=x onerror="window.hit=1">{{7*7}}';
  const shop = await host({
    before: `(window.Frontdesk ||= []).push(
      ["identify", { nickname: "Li Lei", avatar: "https://127.0.0.1/li.png", custom_data: { level: "gold", note: ${JSON.stringify(hostile)}, orders: 3 } }],
      ["setLanguage", "zh-CN"],
      ["on", "open", () => (window.opened = (window.opened ?? 0) + 1)],
      ["on", "session", ({ state }) => (window.session = state)],
    );`,
  });
  const ann = await signedIn(desk.agent(0));
  const pictures: string[] = [];
  ann.on("request", (request) => request.resourceType() === "image" && pictures.push(request.url()));
  await goReady(ann);
  const page = await newPage();
  await page.goto(shop.origin);
  await expect(launcher(page)).toHaveAttribute("aria-label", "打开在线咨询");
  await launcher(page).click();
  await chat(page).getByLabel("消息", { exact: true }).fill("你好");
  await chat(page).getByRole("button", { name: "发送", exact: true }).click();
  await openSession(ann, "Li Lei");
  const told = ann.getByRole("region", { name: "Told by the website" });
  await expect(told).toContainText("gold");
  await expect(told).toContainText("orders3");
  await expect(told).toContainText(hostile);
  await expect(ann.getByText("https://127.0.0.1/li.png")).toBeVisible();
  // T106: the desk is asked for the picture, nobody else; it may not fetch this one, so the initial stays.
  await expect.poll(() => pictures.filter((url) => url.includes("/visitor-picture?"))).not.toEqual([]);
  expect(pictures.filter((url) => url.endsWith("/li.png"))).toEqual([]);
  await expect(ann.locator(".conversation-header .visitor-picture")).toHaveText("L");
  await expect(ann.locator(".visitor-picture img")).toHaveCount(0);
  expect(await ann.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  expect(await page.evaluate(() => (window as { opened?: number }).opened)).toBe(1);
  await expect.poll(() => page.evaluate(() => (window as { session?: string }).session)).toBe("started");

  // Later on, too, and without another page.
  await page.evaluate(() => {
    const { Frontdesk } = window as unknown as { Frontdesk: Record<string, (value: unknown) => void> };
    Frontdesk["setCustomData"]?.({ basket: "three blue ones" });
    Frontdesk["setLanguage"]?.("en");
  });
  await expect(told).toContainText("three blue ones");
  await expect(told).not.toContainText("gold");
  await expect(chat(page).getByLabel("Message")).toBeVisible();
});

test("SEC-03, U25, T308: the page says who signed in; another person sees nothing of the first, and signing out clears", async ({
  admin,
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const secret = await admin.secret();
  const shop = await host();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const page = await newPage();
  const identify = (who: string | null) =>
    page.evaluate(
      (person) => (window as unknown as { Frontdesk: { identify: (who: unknown) => void } }).Frontdesk.identify(person),
      who === null ? null : identityOf(secret, who),
    );
  await page.goto(shop.origin);
  await openChat(page);
  await identify("alice");
  await sayIn(page, "Alice was here.");
  await openSession(ann, "Alice was here.");
  await expect(ann.getByText("alice", { exact: true })).toBeVisible();

  await identify("bob");
  await expect(chat(page).getByText("Alice was here.")).toHaveCount(0);
  await sayIn(page, "Bob is here.");
  await identify(null);
  await expect(chat(page).getByText("Bob is here.")).toHaveCount(0);
  await identify("alice");
  await expect(chat(page).getByText("Alice was here.")).toBeVisible();
  await expect(chat(page).getByText("Bob is here.")).toHaveCount(0);

  // Another device, and a signature that does not fit.
  const phone = await newPage();
  await phone.goto(shop.origin);
  await openChat(phone);
  const forged = { ...identityOf(secret, "mallory"), user_id: "alice" };
  const refused = phone.evaluate(
    (person) =>
      new Promise((resolve) => {
        const { Frontdesk } = window as unknown as { Frontdesk: Record<string, (...all: unknown[]) => void> };
        Frontdesk["on"]?.("error", resolve);
        Frontdesk["identify"]?.(person);
      }),
    forged,
  );
  expect(await refused).toEqual({ code: "identity_invalid" });
  await expect(chat(phone).getByText("Alice was here.")).toHaveCount(0);
});

test("CHAN-04: on a phone the panel fills the screen, and closes from inside", async ({ host, newPage }) => {
  const shop = await host();
  const page = await newPage(phoneScreen);
  await page.goto(shop.origin);
  await openChat(page);
  await expect
    .poll(async () => page.locator("frontdesk-widget iframe").boundingBox())
    .toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await expect(launcher(page)).toBeHidden();
  await chat(page).getByRole("button", { name: "Close the chat" }).click();
  await expect(launcher(page)).toBeVisible();
  await expect(launcher(page)).toBeFocused();
});
