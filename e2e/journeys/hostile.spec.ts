import type { Page } from "@playwright/test";

import { drawer, openConsole, row } from "../support/console";
import { expectSaid, goReady, inService, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";

const MARKUP = [
  `<script>document.title = "owned"</script>`,
  `<img src=x onerror="document.title='owned'">`,
  `<svg onload="document.title='owned'"><iframe srcdoc="<script>parent.document.title='owned'</script>"></iframe>`,
  `<a href="javascript:document.title='owned'">click</a> &lt;b&gt; \${WaitNo}`,
];

/** Elements inside what people said, other than what links and line breaks need. */
async function foreignElements(page: Page): Promise<number> {
  return said(page).locator("script, img, svg, iframe, b, a").count();
}

test("T101, T108: markup in names and messages is text on both sides, in lists and in titles", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor({ nickname: "<img src=x onerror=alert(1)>" });
  const ann = await signedIn(desk.agent(0));
  const dialogs: string[] = [];
  for (const page of [guest, ann]) {
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  }
  await goReady(ann);
  for (const text of MARKUP) {
    await say(guest, text);
  }
  await expect(ann).toHaveTitle("(4) Workbench · Frontdesk");
  await expect(inService(ann)).toContainText("<img src=x onerror=alert(1)>");
  await expect(inService(ann)).toContainText(`<a href="javascript:document.title='owned'">click</a>`);
  await inService(ann).click();
  await expect(ann.getByRole("heading", { level: 1, name: "<img src=x onerror=alert(1)>" })).toBeVisible();
  for (const text of MARKUP) {
    await say(ann, `You said ${text}`);
  }
  const all = [...MARKUP, ...MARKUP.map((text) => `You said ${text}`)];
  for (const page of [guest, ann]) {
    await expectSaid(page, all);
    expect(await foreignElements(page)).toBe(0);
  }
  await expect(guest).toHaveTitle("Frontdesk 演示");

  await say(guest, "invoice\u202Efdp.exe \u200Bhidden");
  await expect(said(ann).getByText("invoice[U+202E]fdp.exe [U+200B]hidden")).toBeVisible();
  expect(dialogs).toEqual([]);
});

test("T101, T103: markup in what admins name is text, in the chat page's tab title too", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Channels");
  await row(admin, "Frontdesk 演示").getByRole("button", { name: "Edit" }).click();
  await drawer(admin).getByLabel("Title").fill("<b>Shop</b> & <script>1</script>");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(row(admin, "<b>Shop</b> & <script>1</script>")).toBeVisible();
  await openConsole(admin, "Agents");
  await row(admin, desk.agent(0).email).getByRole("button", { name: "Edit" }).click();
  await drawer(admin).getByLabel("Public nickname").fill("<i>Ann</i>");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(drawer(admin)).toBeHidden();

  const guest = await visitor();
  await expect(guest).toHaveTitle("<b>Shop</b> & <script>1</script>");
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("<b>Shop</b> & <script>1</script>");
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Who are you?");
  await expect(guest.getByText("<i>Ann</i> (no. 1001) joined")).toBeVisible();
  await expect(inService(ann, "Who are you?")).toBeVisible();
});

test("T105, T115, T222: only web addresses become links, and they cannot reach back", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "See https://example.com/a?b=1&c=2, not javascript:alert(1) nor data:text/html,x");
  await openSession(ann, "See https://example.com/a");
  await say(ann, "I prefer http://münchen.example/ and https://good.example@evil.example/");
  for (const page of [guest, ann]) {
    const links = said(page).getByRole("link");
    await expect(links).toHaveText(["https://example.com/a?b=1&c=2", "http://xn--mnchen-3ya.example/"]);
    for (const link of await links.all()) {
      await expect(link).toHaveAttribute("target", "_blank");
      await expect(link).toHaveAttribute("rel", /\bnoopener\b.*\bnoreferrer\b/);
      await expect(link).toHaveAttribute("href", /^https?:\/\//);
    }
  }
});

test("T120: a script that gets into a page does not run", async ({ desk, page, signedIn, visitor }) => {
  const pages = [await visitor(), await signedIn(desk.admin), page];
  await page.goto(`${desk.url}/sign-in`);
  await expect(page.getByLabel("Password")).toBeVisible();
  for (const each of pages) {
    // Where the page demands trusted types, the text of a script and a handler are refused before they are there.
    const outcome = await each.evaluate(async () => {
      const blocked = new Promise<string>((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), {
          once: true,
        });
      });
      const script = document.createElement("script");
      try {
        script.textContent = "document.documentElement.dataset.owned = 'yes'";
        document.body.append(script);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      return { blocked: await blocked, owned: document.documentElement.dataset["owned"] };
    });
    expect(["script-src-elem", "require-trusted-types-for"]).toContain(outcome.blocked);
    expect(outcome.owned).toBeUndefined();
    const handler = await each.evaluate(async () => {
      const image = document.createElement("img");
      try {
        image.setAttribute("onerror", "document.documentElement.dataset.owned = 'yes'");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      const failed = new Promise((resolve) => image.addEventListener("error", resolve));
      image.src = "/nothing-here";
      document.body.append(image);
      await failed;
      return document.documentElement.dataset["owned"];
    });
    expect(handler).toBeUndefined();
  }
});
