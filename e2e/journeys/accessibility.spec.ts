/** Nothing that axe knows to be a barrier (WCAG A and AA), in both themes: contrast differs between them. */
import type { Page } from "@playwright/test";

import { accessFaults } from "../support/axe";
import { openConsole } from "../support/console";
import { expectSaid, goReady, openSession, said, say } from "../support/talk";
import { chat, launcher, openChat, sayIn } from "../support/widget";
import { expect, test } from "../support/widget-test";

/** What was found on each page, by the page's name. */
class Look {
  private readonly found: Record<string, string[]> = {};

  async at(page: Page, name: string): Promise<void> {
    const faults = await accessFaults(page);
    if (faults.length > 0) this.found[name] = faults;
  }

  expectNothing(): void {
    expect(this.found).toEqual({});
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`WORK-01, CHAN-03: the desk and the chat page are without barriers in the ${colorScheme} theme`, async ({
    desk,
    newPage,
    signedIn,
    visitor,
  }) => {
    const look = new Look();
    const stranger = await newPage({ colorScheme });
    await stranger.goto(`${desk.url}/`);
    await expect(stranger.getByRole("button", { name: "Sign in" })).toBeVisible();
    await look.at(stranger, "sign-in");

    const guest = await visitor({ colorScheme });
    const ann = await signedIn(desk.agent(0), { colorScheme });
    await look.at(ann, "workbench, not ready");
    await goReady(ann);
    await say(guest, "Can everybody read this?");
    await openSession(ann, "Can everybody read this?");
    await say(ann, "I hope so.");
    await expectSaid(guest, ["Can everybody read this?", "I hope so."]);
    await look.at(ann, "workbench, in service");
    await look.at(guest, "chat page");

    const admin = await signedIn(desk.admin, { colorScheme });
    for (const name of ["Overview", "Agents", "Skill groups", "Flows", "Reception", "Channels", "Mail outbox"]) {
      await openConsole(admin, name);
      await expect(admin.locator(".ant-skeleton")).toHaveCount(0);
      await look.at(admin, `console, ${name}`);
    }
    look.expectNothing();
  });

  test(`CHAN-04: launcher, panel and chat of the widget are without barriers in the ${colorScheme} theme`, async ({
    desk,
    host,
    newPage,
    signedIn,
  }) => {
    const look = new Look();
    const shop = await host({ isForeignSite: true });
    const ann = await signedIn(desk.agent(0));
    await goReady(ann);
    const page = await newPage({ colorScheme });
    await page.goto(shop.origin);
    await expect(launcher(page)).toBeVisible();
    await look.at(page, "launcher");
    await openChat(page);
    await sayIn(page, "Is the blue one in stock?");
    await openSession(ann, "Is the blue one in stock?");
    await say(ann, "It is.");
    await expect(chat(page).getByText("It is.")).toBeVisible();
    await look.at(page, "panel");
    await launcher(page).click();
    await say(ann, "Shall I put one aside?");
    await expect(launcher(page)).toHaveAttribute("aria-label", "Open chat, 1 unread message");
    await look.at(page, "launcher with a badge");
    await expect(said(ann).getByText("Shall I put one aside?")).toBeVisible();
    look.expectNothing();
  });
}
