/** The widget among pages that mean no good, or do no good. */
import { createHash } from "node:crypto";

import { goReady, openSession, said, say } from "../support/talk";
import { badge, chat, launcher, openChat, sayIn, snippetOf, strictPolicy } from "../support/widget";
import { complaints, expect, test } from "../support/widget-test";

/** Breaks what the language gives every page, as some libraries did, and throws. */
const BROKEN = `
  for (const name of ["map", "filter", "forEach", "reduce", "includes", "indexOf", "find", "some", "every"])
    Array.prototype[name] = () => { throw new Error("broken by the page: " + name); };
  Object.prototype.surprise = "everywhere";
  Array.prototype.toJSON = () => "broken";
  JSON.stringify = () => { throw new Error("broken by the page: stringify"); };
  Function.prototype.bind = () => { throw new Error("broken by the page: bind"); };
  Promise.prototype.then = () => { throw new Error("broken by the page: then"); };
  console.warn = () => { throw new Error("broken by the page: warn"); };
  window.fetch = () => { throw new Error("broken by the page: fetch"); };
  setInterval(() => { throw new Error("the page's own"); }, 50);
  throw new Error("the page's own");
`;

test("CHAN-04: a page that breaks the language and throws does not hurt the widget, nor does that page hear of it", async ({
  host,
  newPage,
}) => {
  const shop = await host({ before: BROKEN });
  const page = await newPage();
  // What this page's `window.onerror` would hear.
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(shop.origin);
  await openChat(page);
  await sayIn(page, "Still alive.");
  await chat(page).getByRole("button", { name: "Close the chat" }).click();
  await expect(chat(page).getByLabel("Message")).toBeHidden();
  expect(errors.length).toBeGreaterThan(0);
  for (const error of new Set(errors)) expect(error).toContain("the page's own");
});

test("CHAN-04: twice on a page is once; taken away it leaves nothing, and can come again", async ({
  desk,
  host,
  newPage,
}) => {
  const shop = await host({ snippet: snippetOf(desk) + snippetOf(desk) });
  const page = await newPage();
  const heard = complaints(page);
  await page.goto(shop.origin);
  await openChat(page);
  await expect(page.locator("frontdesk-widget")).toHaveCount(1);
  const globals = await page.evaluate(() => Object.keys(window).filter((name) => /frontdesk/i.test(name)));
  expect(globals).toEqual(["Frontdesk"]);
  await page.evaluate(() => (window as unknown as { Frontdesk: { destroy: () => void } }).Frontdesk.destroy());
  await expect(page.locator("frontdesk-widget")).toHaveCount(0);
  expect(await page.evaluate(() => "Frontdesk" in window)).toBe(false);
  await page.addScriptTag({ url: `${desk.url}/widget.js` });
  await page.evaluate((src) => {
    const script = document.createElement("script");
    script.src = src;
    script.setAttribute("data-channel", "demo");
    document.head.append(script);
  }, `${desk.url}/widget.js`);
  await expect(launcher(page)).toBeVisible();
  expect(heard).toEqual([]);
});

test("T201, T202, T203, T204, T205: only the desk's own frame is heard, in its own words, and only it is told", async ({
  desk,
  host,
  newPage,
}) => {
  const shop = await host();
  const evil = await host();
  const page = await newPage();
  await page.goto(shop.origin);
  await expect(launcher(page)).toBeVisible();
  const unread = { frontdesk: 1, type: "unread", count: 7 };
  // Before there is a frame; from this page itself; of every kind (T203).
  await page.evaluate((message) => {
    for (const data of [message, "text", 7, null, { ...message, frontdesk: 2 }, [message], { frontdesk: 1 }]) {
      window.postMessage(data, "*");
    }
    window.postMessage({ ...message, baseUrl: "https://evil.example", token: "t" }, "*");
    window.dispatchEvent(new MessageEvent("message", { data: message, origin: "null" }));
  }, unread);
  await openChat(page);
  await page.evaluate((message) => window.postMessage(message, "*"), unread);
  // A sibling frame of another origin, and one of the desk's own origin that is not the panel (T201, T202).
  for (const address of [evil.origin, `${desk.url}/chat/demo`]) {
    const frame = await page.evaluateHandle((src) => {
      const element = document.createElement("iframe");
      element.src = src;
      document.body.append(element);
      return new Promise<HTMLIFrameElement>((resolve) => element.addEventListener("load", () => resolve(element)));
    }, address);
    const inside = await frame.asElement()?.contentFrame();
    await inside?.evaluate((message) => {
      window.parent.postMessage(message, "*");
      window.parent.postMessage({ frontdesk: 1, type: "close" }, "*");
    }, unread);
  }
  await expect(chat(page).getByLabel("Message")).toBeVisible();
  await expect(launcher(page)).toHaveAttribute("aria-expanded", "true");

  // What the page's script is told by anybody but the desk changes nothing; fields that no message has are not looked at.
  await launcher(page).click();
  await expect(badge(page)).toBeHidden();

  // The frame led elsewhere hears nothing of who the visitor is (T205).
  const panel = page.frames().find((frame) => frame.url().includes("#host="));
  await panel?.goto(`${evil.origin}/listening`);
  await panel?.evaluate(() => {
    (window as unknown as { heard: unknown[] }).heard = [];
    addEventListener("message", (event) => (window as unknown as { heard: unknown[] }).heard.push(event.data));
  });
  await page.evaluate(() => {
    const { Frontdesk } = window as unknown as { Frontdesk: Record<string, (value?: unknown) => void> };
    Frontdesk["identify"]?.({ user_id: "alice", expires_at: 1, signature: "secret", nickname: "Alice" });
    Frontdesk["setLanguage"]?.("en");
    Frontdesk["toggle"]?.();
  });
  // Messages arrive in order: this one, which is for everybody, is the last.
  await page.evaluate(() =>
    document
      .querySelector("frontdesk-widget")
      ?.shadowRoot?.querySelector("iframe")
      ?.contentWindow?.postMessage("end", "*"),
  );
  await expect.poll(() => panel?.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual(["end"]);
});

test("T204, T308: the chat in the frame takes nothing from its address or from other windows", async ({
  desk,
  host,
  newPage,
}) => {
  const shop = await host();
  const page = await newPage();
  // Another window's words and a token in the address.
  await page.goto(`${desk.url}/chat/demo?token=stolen#host=${encodeURIComponent(shop.origin)}&token=stolen`);
  await expect(page.getByLabel("Message")).toBeVisible();
  await page.evaluate((origin) => {
    const init = { frontdesk: 1, type: "init", is_open: true, language: "zh-CN", token: "stolen", visitor: {} };
    window.postMessage(init, "*");
    window.dispatchEvent(new MessageEvent("message", { data: init, origin, source: window }));
  }, shop.origin);
  await expect(page.getByLabel("Message")).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain("stolen");
});

test("T212, T211: a website that the channel does not name gets neither launcher nor frame", async ({
  admin,
  desk,
  host,
  newPage,
}) => {
  const shop = await host();
  await admin.change({ websites: ["https://shop.example"] });
  const page = await newPage();
  const warned: string[] = [];
  page.on("console", (message) => warned.push(message.text()));
  await page.goto(shop.origin);
  await expect.poll(() => warned.join(" ")).toContain("This website may not show the chat");
  await expect(page.locator("frontdesk-widget")).toHaveCount(0);
  // Not by script alone: the frame itself is refused by the browser, on the server's word.
  await page.evaluate(
    (src) => {
      const frame = document.createElement("iframe");
      frame.src = src;
      document.body.append(frame);
    },
    `${desk.url}/chat/demo#host=${encodeURIComponent(shop.origin)}`,
  );
  await expect.poll(() => warned.join(" ")).toContain("frame-ancestors");
  await expect(page.frameLocator("iframe").getByLabel("Message")).toHaveCount(0);
});

test("T220: the script with a hash runs as it is and not otherwise", async ({ desk, host, newPage, request }) => {
  const { path, integrity } = (await (await request.get(`${desk.url}/chat-assets/widget/widget.json`)).json()) as {
    path: string;
    integrity: string;
  };
  const code = await (await request.get(desk.url + path)).body();
  expect(integrity).toBe(`sha384-${createHash("sha384").update(code).digest("base64")}`);
  const line = (hash: string) =>
    `<script async src="${desk.url}${path}" integrity="${hash}" crossorigin="anonymous" data-channel="demo"></script>`;
  const shop = await host({ snippet: line(integrity), policy: strictPolicy(desk), isForeignSite: true });
  const page = await newPage();
  await page.goto(shop.origin);
  await expect(launcher(page)).toBeVisible();
  shop.change({ snippet: line(`sha384-${createHash("sha384").update("other").digest("base64")}`) });
  const refused = page.waitForEvent("console", (message) => message.text().includes("integrity"));
  await page.reload();
  await refused;
  await expect(page.locator("frontdesk-widget")).toHaveCount(0);
});

test("CHAN-04: on a slow network the page is there first and the widget follows", async ({ host, newPage }) => {
  const shop = await host();
  const page = await newPage();
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 800,
    downloadThroughput: 50_000,
    uploadThroughput: 20_000,
  });
  let letThrough = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route("**/widget.js", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(shop.origin, { waitUntil: "domcontentloaded" });
  await page.getByRole("button", { name: "A button of the shop" }).click();
  await expect(page.locator("frontdesk-widget")).toHaveCount(0);
  letThrough();
  await expect(launcher(page)).toBeVisible();
  await openChat(page);
  await sayIn(page, "Slow but sure.");
});

test("M12: two minutes without the desk: the panel opens with what was said, keeps what is written, and sends it once", async ({
  desk,
  host,
  newPage,
  signedIn,
}) => {
  const shop = await host();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const page = await newPage();
  await page.clock.install();
  await page.goto(shop.origin);
  await openChat(page);
  await sayIn(page, "Before the outage.");
  await openSession(ann, "Before the outage.");
  await launcher(page).click();
  await desk.kill();
  await page.clock.fastForward("02:00");
  await openChat(page);
  await expect(chat(page).getByText("Before the outage.")).toBeVisible();
  await sayIn(page, "In the dark.");
  await expect(chat(page).getByText("Waiting to be sent", { exact: true })).toBeVisible();
  await desk.restart();
  await page.clock.fastForward("01:00");
  await expect(chat(page).getByText("Waiting to be sent", { exact: true })).toBeHidden();
  await expect(said(ann).getByText("In the dark.")).toHaveCount(1);
  await say(ann, "There you are.");
  await expect(chat(page).getByText("There you are.")).toBeVisible();
});

test("M12: without the desk the launcher stands, says so when opened, and the chat comes when the desk does", async ({
  desk,
  host,
  newPage,
}) => {
  const shop = await host();
  const page = await newPage();
  await page.goto(shop.origin);
  await expect(launcher(page)).toBeVisible();
  await desk.kill();
  await launcher(page).click();
  await expect(page.getByText("The chat cannot be reached. Check your network.")).toBeVisible();
  await desk.restart();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(chat(page).getByLabel("Message")).toBeVisible();
});
