/** Playwright's `test` with a desk, and with people who open pages on it. */
import { test as base } from "@playwright/test";
import type { BrowserContextOptions, Page } from "@playwright/test";

import { Desk } from "./desk";
import type { DeskOptions, Person } from "./desk";
import { phone } from "./screens";

interface Fixtures {
  /** How the desk of this test is set up: `test.use({ deskOptions: { … } })`. */
  deskOptions: DeskOptions;
  /** A desk of this test alone. */
  desk: Desk;
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

  signedIn: async ({ browser, desk, contextOptions, viewport, locale }, use) => {
    await use(async (person, options = {}) => {
      const context = await browser.newContext({ ...contextOptions, viewport, locale, ...options });
      const page = await context.newPage();
      await page.goto(`${desk.url}/`);
      await signIn(page, person);
      return page;
    });
  },

  visitor: async ({ browser, desk, contextOptions, locale }, use) => {
    await use(async ({ nickname, ...options } = {}) => {
      const context = await browser.newContext({ ...contextOptions, ...phone, locale, ...options });
      const page = await context.newPage();
      if (nickname !== undefined) {
        await introduce(page, nickname);
      }
      await page.goto(`${desk.url}/chat/demo`);
      return page;
    });
  },
});

export { expect } from "@playwright/test";

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
