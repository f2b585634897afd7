/** Takes the pictures of the README: `make screenshots`. What they show is said by people in real browsers here. */
import { fileURLToPath } from "node:url";

import type { BrowserContextOptions, Page } from "@playwright/test";

import { drawer, openConsole, row } from "../support/console";
import { desktop } from "../support/screens";
import { choose, endSession, expectSaid, goReady, inService, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";
import { chat, openChat, sayIn } from "../support/widget";

const pictures = fileURLToPath(new URL("../../docs/pictures", import.meta.url));

test.use({ deskOptions: { settings: { FRONTDESK_LIMITS__SESSIONS_PER_ADDRESS: "50" } } });
test.setTimeout(240_000);

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}

/** People who wrote before, the oldest first. */
const EARLIER: { nickname: string; locale: string; question: string; answer?: string }[] = [
  {
    nickname: "Oliver Grant",
    locale: "en-GB",
    question: "Is the travel mug dishwasher safe?",
    answer: "Yes, lid and all.",
  },
  { nickname: "王雨桐", locale: "zh-CN", question: "请问磨豆机可以开专票吗？", answer: "可以的，下单时填写税号就好。" },
  {
    nickname: "Sofia Reyes",
    locale: "en-US",
    question: "Do you ship to the Canary Islands, and how long does it take?",
  },
  { nickname: "周女士", locale: "zh-CN", question: "咖啡机收到了，很漂亮！第一次使用要先清洗吗？" },
  {
    nickname: "Henrik Lindqvist",
    locale: "en-GB",
    question: "My order shows “packed” since Monday. Is something missing?",
  },
];

/** A conversation at a desk by day: what the visitor and the agent said in turn. */
const TALK = [
  ["Hi! I ordered the drip set last week and it arrived today, but the glass jug has a crack along the handle 😟", ""],
  [
    "",
    "Hello Emma, I am sorry about that! Could you tell me the order number? It begins with FD and stands on the delivery note.",
  ],
  ["FD-20931. The rest is perfect, the kettle is lovely.", ""],
  [
    "",
    "Thank you, found it. A new 800 ml jug leaves our warehouse today and reaches you on Thursday. You need not send the old one back.",
  ],
  ["", "You can follow it here: https://example.com/track/FD-20931"],
  ["That was quick. Thank you so much 😊", ""],
] as const;

test("the desk at work", async ({ desk, signedIn, visitor }) => {
  const english: BrowserContextOptions = { ...desktop, locale: "en-GB", colorScheme: "light" };
  const ann = await signedIn(desk.agent(0), english);
  await goReady(ann);
  const people = new Map<string, Page>();
  for (const { nickname, locale, question, answer } of EARLIER) {
    const guest = await visitor({ nickname, locale });
    people.set(nickname, guest);
    await guest.getByRole("textbox").fill(question);
    await guest.keyboard.press("Enter");
    await expect(inService(ann, nickname)).toContainText(question);
    if (answer !== undefined) {
      await openSession(ann, nickname);
      await say(ann, answer);
      await expect(said(guest).getByText(answer)).toBeVisible();
    }
  }

  const emma = await visitor({ nickname: "Emma Clarke", locale: "en-GB", colorScheme: "light" });
  for (const [index, [question, answer]] of TALK.entries()) {
    await say(question === "" ? ann : emma, question || answer);
    if (index === 0) {
      await openSession(ann, "Emma Clarke");
    }
    const texts = TALK.slice(0, index + 1).map(([asked, answered]) => asked || answered);
    await expectSaid(ann, texts);
    await expectSaid(emma, texts);
  }
  const note = { name: "delivery-note-FD-20931.pdf", mimeType: "application/pdf", buffer: Buffer.from(PDF) };
  await choose(ann, "File", note);
  await expect(emma.getByRole("button", { name: /^Download file: delivery-note/ })).toBeVisible();
  await say(people.get("Sofia Reyes") ?? emma, "It would be two mugs and the small grinder.");
  await expect(inService(ann, "Sofia Reyes")).toContainText("2 unread");
  await expect(ann.getByRole("log").getByRole("img", { name: "Read" })).not.toHaveCount(0);
  await take(ann, "workbench");
  await take(emma, "visitor-phone");

  const browsing = await visitor({
    ...english,
    isMobile: false,
    hasTouch: false,
    deviceScaleFactor: 1,
    nickname: "Noah Fischer",
  });
  await say(browsing, "Which grinder suits a moka pot, the hand one or the electric one?");
  await openSession(ann, "Noah Fischer");
  await say(
    ann,
    "Hi Noah! For one or two cups a day the hand grinder is lovely: 18 clicks from closed is right for a moka pot.",
  );
  await say(ann, "If you make coffee for four, take the electric one. It holds 200 g and remembers your last setting.");
  await expectSaid(browsing, [
    "If you make coffee for four, take the electric one. It holds 200 g and remembers your last setting.",
  ]);
  await say(browsing, "For two. The hand one then, thanks 😊");
  // A typing sign goes out every few seconds at most.
  await expect(async () => {
    await ann.getByLabel("Message").press(".");
    await expect(browsing.getByText("is typing…")).toBeVisible({ timeout: 500 });
  }).toPass();
  await take(browsing, "visitor-desktop");
});

const FIRST_USE = [
  "您好，感谢喜欢！第一次请先用清水空煮两次，再开始使用。",
  "水箱加到最高刻度线就可以，不需要放咖啡粉。",
];

test("the desk in Chinese, dark", async ({ desk, signedIn, visitor }) => {
  const leo = await signedIn(desk.agent(1), { ...desktop, colorScheme: "dark" });
  await goReady(leo);
  await leo.getByRole("button", { name: "Language" }).click();
  await leo.getByRole("menuitemradio", { name: "简体中文" }).click();
  const answerTo = async (nickname: string, guest: Page, answers: readonly string[]) => {
    await leo.getByRole("link", { name: nickname }).click();
    for (const answer of answers) {
      await leo.getByRole("textbox", { name: "消息" }).fill(answer);
      await leo.keyboard.press("Enter");
      await expect(said(guest).getByText(answer)).toBeVisible();
    }
  };
  for (const { nickname, locale, question, answer } of EARLIER) {
    const guest = await visitor({ nickname, locale });
    await guest.getByRole("textbox").fill(question);
    await guest.keyboard.press("Enter");
    await expect(leo.getByRole("link", { name: nickname })).toContainText(question);
    if (answer !== undefined) {
      await answerTo(nickname, guest, [answer]);
    }
    if (nickname === "周女士") {
      await answerTo(nickname, guest, FIRST_USE);
      const reply = "好的，说明书里没有写，还好问了一下。另外滤纸用完了，店里有 4 人份的吗？😊";
      await guest.getByRole("textbox").fill(reply);
      await guest.keyboard.press("Enter");
      await expect(said(leo).getByText(reply)).toBeVisible();
      await answerTo(nickname, guest, ["有的，4 人份每包 100 张，现在两包九折。需要的话我把链接发给您。"]);
    }
  }
  await expect(leo.getByRole("link", { name: "Henrik Lindqvist" })).toContainText("1 条未读");
  await take(leo, "workbench-dark-zh");
});

test("the console", async ({ desk, signedIn, visitor }) => {
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(await visitor(), "Hello!");
  await expect(inService(ann, "Hello!")).toBeVisible();
  await signedIn(desk.agent(2));
  const admin = await signedIn(desk.admin, { ...desktop, locale: "en-GB" });
  await expect(admin.getByRole("button", { name: "Status: Not ready" })).toBeVisible();
  await openConsole(admin, "Agents");
  await expect(row(admin, "demo-ann@example.com")).toContainText("1 / 10");
  await expect(row(admin, desk.admin.email)).toContainText("Not ready");
  await take(admin, "console-agents");
});

test("the reception settings, and an agent's own figures", async ({ desk, signedIn, visitor }) => {
  const english: BrowserContextOptions = { ...desktop, locale: "en-GB", colorScheme: "light" };
  const ann = await signedIn(desk.agent(0), english);
  await goReady(ann);
  for (const { nickname, locale, question, answer } of EARLIER) {
    const guest = await visitor({ nickname, locale });
    await guest.getByRole("textbox").fill(question);
    await guest.keyboard.press("Enter");
    await openSession(ann, nickname);
    if (answer !== undefined) {
      await say(ann, answer);
      await expect(said(guest).getByText(answer)).toBeVisible();
      await endSession(ann);
    }
  }
  await inService(ann, "Henrik Lindqvist").click();
  await ann.getByRole("button", { name: /My figures of today/ }).click();
  await expect(ann.locator("[data-figure=ended]")).toHaveText("2");
  await take(ann, "own-figures");

  const admin = await signedIn(desk.admin, english);
  await openConsole(admin, "Reception");
  await admin.getByRole("button", { name: "Change" }).click();
  await expect(drawer(admin).getByRole("button", { name: "Save" })).toBeVisible();
  await take(admin, "console-reception");
});

test("the widget on a website", async ({ desk, newPage, signedIn }) => {
  const ann = await signedIn(desk.agent(0), { ...desktop, locale: "en-GB" });
  await goReady(ann);
  const page = await newPage({ ...desktop, locale: "en-GB", colorScheme: "light" });
  await page.goto(`${desk.url}/try/demo`);
  await openChat(page);
  await sayIn(page, "Does the hand grinder fit into the travel case?");
  await openSession(ann, "Does the hand grinder fit");
  await say(ann, "It does, with the crank taken off. The case holds the grinder, two mugs and 100 g of beans.");
  await expect(chat(page).getByText("It does, with the crank")).toBeVisible();
  await sayIn(page, "Perfect, I take both 😊");
  await take(page, "widget");
});

/** One empty page, as heavy as a real one. */
const PDF = `%PDF-1.4
%${" ".repeat(84_000)}
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;
