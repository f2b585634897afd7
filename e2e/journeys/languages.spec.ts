import type { Page } from "@playwright/test";

import type { Desk } from "../support/desk";
import { expect, test } from "../support/test";

const CONSOLE = ["", "/agents", "/skill-groups", "/flows", "/channels", "/mail-outbox"];

/** What names the parts of a page: nothing of it comes from the database. */
const FIXED_WORDS = ["button", "label", "th", "h1", "h2", "nav a", "[role=menuitem]", "[role=menuitemradio]"].join(
  ", ",
);

/** Words that are the same in every language. */
const NAMES =
  /Frontdesk|English|简体中文|演示|售前咨询|售后服务|售前|售后|Demo|Sales|Support|example\.com|林晓安|王立|陈嘉|管理员 Admin/g;

/** Texts and names of a page's fixed parts, without what is a name. */
async function fixedWords(page: Page): Promise<string[]> {
  const words = await page
    .locator(FIXED_WORDS)
    .evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility())
        .map((element) => element.getAttribute("aria-label") ?? (element as HTMLElement).innerText),
    );
  return words.map((word) => word.replace(NAMES, "").trim()).filter((word) => word !== "");
}

/** Holes that a missing translation or value would leave: keys, placeholders, values without words. */
async function expectNoHoles(page: Page): Promise<void> {
  const text = await page.locator("body").innerText();
  for (const hole of [
    /\bundefined\b/,
    /\bNaN\b/,
    /\[object/,
    /\{[a-zA-Z_]+\}/,
    /\b[a-z]+(_[a-z]+)+\b/,
    /\b[a-z]{2,}[A-Z][a-z]+\b/,
  ]) {
    expect(text).not.toMatch(hole);
  }
}

async function expectSpoken(page: Page, language: "zh-CN" | "en"): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect.poll(async () => (await fixedWords(page)).length).toBeGreaterThan(0);
  const others = (await fixedWords(page)).filter((word) => {
    const isChinese = /\p{Script=Han}/u.test(word);
    return language === "en" ? isChinese : !isChinese && /[a-z]{2}/i.test(word);
  });
  expect(others, page.url()).toEqual([]);
  await expectNoHoles(page);
}

async function signInAs(page: Page, desk: Desk, words: { email: string; password: string; signIn: string }) {
  await page.getByLabel(words.email).fill(desk.admin.email);
  await page.getByLabel(words.password, { exact: true }).fill(desk.admin.password);
  await page.getByRole("button", { name: words.signIn }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();
}

/** Goes to a page of the console and waits until nothing of it is still loading. */
async function visit(page: Page, path: string): Promise<void> {
  await page.locator(`nav a[href="${path}"]`).last().click();
  await expect(page).toHaveURL((url) => url.pathname === path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator(".ant-skeleton, [role=status][aria-label]")).toHaveCount(0);
}

test("every page speaks Chinese to a Chinese browser, and English after switching, for good", async ({
  desk,
  newPage,
}) => {
  const page = await newPage({ locale: "zh-CN" });
  await page.goto(`${desk.url}/`);
  await expectSpoken(page, "zh-CN");
  await signInAs(page, desk, { email: "邮箱或手机号", password: "密码", signIn: "登录" });
  await expectSpoken(page, "zh-CN");
  for (const path of CONSOLE) {
    await visit(page, `/console${path}`);
    await expectSpoken(page, "zh-CN");
  }

  await page.getByRole("button", { name: "语言" }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expectSpoken(page, "en");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Mail outbox" })).toBeVisible();
  await expectSpoken(page, "en");
  for (const path of CONSOLE) {
    await visit(page, `/console${path}`);
    await expectSpoken(page, "en");
  }
});

test("CHAN-03: the chat page speaks the visitor's language and remembers the choice", async ({ desk, newPage }) => {
  const page = await newPage({ locale: "fr-FR" });
  await page.goto(`${desk.url}/chat/demo`);
  await expect(page.getByRole("button", { name: "发送", exact: true })).toBeVisible();
  await expectSpoken(page, "zh-CN");
  await page.getByLabel("消息", { exact: true }).fill("你好");
  await page.getByRole("button", { name: "发送", exact: true }).click();
  await expect(page.getByText("正在为您接入客服，您是下一位")).toBeVisible();
  await expectSpoken(page, "zh-CN");

  await page.getByRole("button", { name: "切换语言：English" }).click();
  await expect(page.getByText("0 people ahead")).toBeVisible();
  await expectSpoken(page, "en");
  await page.reload();
  await expect(page.getByText("0 people ahead")).toBeVisible();
  await expectSpoken(page, "en");
});

test("a refusal comes in the reader's language", async ({ desk, newPage }) => {
  for (const [locale, words, refusal] of [
    ["zh-CN", { email: "邮箱或手机号", password: "密码", signIn: "登录" }, "密码"],
    ["en-GB", { email: "E-mail", password: "Password", signIn: "Sign in" }, "password"],
  ] as const) {
    const page = await newPage({ locale });
    await page.goto(`${desk.url}/`);
    await page.getByLabel(words.email).fill(desk.admin.email);
    await page.getByLabel(words.password, { exact: true }).fill("not this one at all");
    await page.getByRole("button", { name: words.signIn }).click();
    await expect(page.getByRole("alert")).toContainText(refusal);
    await expectNoHoles(page);
  }
});

/** Relative luminance of a colour as the browser computes it, 0 to 1. */
async function luminance(page: Page, selector: string, property: "color" | "backgroundColor"): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      const canvas = document.createElement("canvas").getContext("2d");
      if (!canvas) throw new Error("no canvas");
      canvas.fillStyle = getComputedStyle(element)[name];
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
      const linear = (value: number) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }, property);
}

test("pages are dark where the system is, and readable", async ({ desk, newPage }) => {
  for (const colorScheme of ["dark", "light"] as const) {
    const page = await newPage({ locale: "en-US", colorScheme });
    for (const path of ["/sign-in", "/chat/demo"]) {
      await page.goto(desk.url + path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const ground = await luminance(page, "body", "backgroundColor");
      expect(ground < 0.1, `${path} in ${colorScheme}`).toBe(colorScheme === "dark");
      const field = path === "/sign-in" ? "input[type=password]" : "textarea";
      const ink = await luminance(page, field, "color");
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      expect(contrast, `${path} in ${colorScheme}`).toBeGreaterThan(4.5);
    }
  }
});
