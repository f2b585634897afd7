/** Playwright's `test` with a desk, and with people who open pages on it. */
import { expect, test as base } from "@playwright/test";
import type { BrowserContext, BrowserContextOptions, Page } from "@playwright/test";

import { Desk } from "./desk";
import type { DeskOptions, Person } from "./desk";
import { phone } from "./screens";

interface Fixtures {
  /** How the desk of this test is set up: `test.use({ deskOptions: { … } })`. */
  deskOptions: DeskOptions;
  /** A desk of this test alone. */
  desk: Desk;
  /** A page in a browser of its own, which is closed with the test. */
  newPage: (options?: BrowserContextOptions) => Promise<Page>;
  /** Opens the desk's page in a browser of its own and signs a person in. */
  signedIn: (person: Person, options?: BrowserContextOptions) => Promise<Page>;
  /** Opens the demo channel's chat page in a browser of its own; on a phone unless said otherwise. */
  visitor: (options?: VisitorOptions) => Promise<Page>;
}

interface VisitorOptions extends BrowserContextOptions {
  /** What the visitor is called; by itself the chat page has a name made. */
  nickname?: string;
}

export const test = base.extend<Fixtures>({
  deskOptions: [{}, { option: true }],

  desk: async ({ deskOptions }, use, info) => {
    const desk = await Desk.start(deskOptions);
    await use(desk);
    const keepFolder = info.status !== info.expectedStatus;
    await desk.stop({ keepFolder });
    if (keepFolder) {
      console.error(`database and log of the failed test: ${desk.folder}`);
    }
  },

  newPage: async ({ browser, contextOptions, viewport, locale }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, viewport, locale, ...options });
      contexts.push(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  signedIn: async ({ newPage, desk }, use) => {
    await use(async (person, options = {}) => {
      const page = await newPage(options);
      await page.goto(`${desk.url}/`);
      await signIn(page, person);
      await expect(page.getByRole("button", { name: "Sign in" })).toBeHidden();
      return page;
    });
  },

  visitor: async ({ newPage, desk }, use) => {
    await use(async ({ nickname, ...options } = {}) => {
      const page = await newPage({ ...phone, ...options });
      if (nickname !== undefined) {
        await introduce(page, nickname);
      }
      await page.goto(`${desk.url}/chat/demo`);
      return page;
    });
  },
});

export { expect };

/** Fills the sign-in page, in English. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Hands a nickname in with the page's first request, as a website with the chat in it does. */
async function introduce(page: Page, nickname: string): Promise<void> {
  await page.route("**/api/v1/visitor/channels/*/token", async (route) => {
    const body = route.request().postDataJSON() as object;
    await route.continue({ postData: JSON.stringify({ ...body, nickname }) });
  });
}
