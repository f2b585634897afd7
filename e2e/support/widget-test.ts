/** `test` with websites that have the demo's chat in them. */
import type { Page } from "@playwright/test";

import { HostPage, type HostPageOptions } from "./host-page";
import { expect, test as base } from "./test";
import { AdminCalls, snippetOf } from "./widget";

interface Fixtures {
  admin: AdminCalls;
  /** A website with the demo's chat in it, named by the channel. */
  host: (options?: Partial<HostPageOptions>) => Promise<HostPage>;
}

export const test = base.extend<Fixtures>({
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

export { expect };

/** Everything that a page complains about. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") heard.push(message.text());
  });
  return heard;
}
