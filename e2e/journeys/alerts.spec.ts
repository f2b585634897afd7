import type { Page } from "@playwright/test";

import { goReady, openSession, say } from "../support/talk";
import { expect, test } from "../support/test";

/** A notification as the system got it. */
interface Told {
  title: string;
  body: string;
  tag: string;
}

test("WORK-04, T101: news stands in the title, sounds and notifies, by one tab and not for what is on the screen", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const ann = await signedIn(desk.agent(0));
  await ann.context().addInitScript(recordAlerts);
  await ann.reload();
  await goReady(ann);
  await allowNotifications(ann);
  const tab = await ann.context().newPage();
  await tab.goto(`${desk.url}/`);
  await expect(tab.getByRole("heading", { name: "In service" })).toBeVisible();
  await forget(ann);

  const guest = await visitor();
  const markup = "<img src=x onerror=alert(1)> &amp; is it in stock?";
  await say(guest, markup);
  await expect(ann).toHaveTitle("(1) Workbench · Frontdesk");
  await expect(tab).toHaveTitle("(1) Workbench · Frontdesk");
  await expect.poll(async () => (await told(ann)).at(-1)).toMatchObject({ body: markup });
  expect((await told(ann))[0]?.title).toMatch(/^New session: /);
  await expect.poll(async () => notes(ann)).toBeGreaterThan(0);
  expect([await told(tab), await notes(tab)]).toEqual([[], 0]);

  await openSession(ann, markup);
  await expect(ann).toHaveTitle("Workbench · Frontdesk");
  await forget(ann);
  await say(guest, "The black one.");
  await expect(ann.getByRole("log").getByText("The black one.")).toBeVisible();
  await ann.getByRole("link", { name: "Service records" }).click();
  await expect(ann).toHaveTitle("Service records · Frontdesk");
  await say(guest, "Hello?");
  await expect(ann).toHaveTitle("(1) Service records · Frontdesk");
  await expect.poll(async () => (await told(ann)).map(({ body }) => body)).toEqual(["Hello?"]);

  await ann.evaluate(() => window.clickNotification());
  await expect(ann.getByRole("log").getByText("Hello?")).toBeVisible();
  await expect(ann).toHaveTitle("Workbench · Frontdesk");

  await ann.getByRole("link", { name: "Service records" }).click();
  await tab.getByRole("heading", { name: "In service" }).click();
  await forget(ann);
  await say(guest, "Are you there?");
  await expect.poll(async () => (await told(tab)).map(({ body }) => body)).toEqual(["Are you there?"]);
  expect(await told(ann)).toEqual([]);
});

declare global {
  interface Window {
    told: Told[];
    notes: number;
    /** Clicks the newest notification. */
    clickNotification: () => void;
  }
}

/** Runs in the page before its scripts: notifications go to a list, and notes of the sounds are counted. */
function recordAlerts(): void {
  window.told = [];
  window.notes = 0;
  class RecordedNotification {
    onclick?: () => void;

    constructor(title: string, { body = "", tag = "" }: NotificationOptions) {
      window.told.push({ title, body, tag });
      window.clickNotification = () => this.onclick?.();
    }

    // All tabs know the person's answer, as with the browser's own.
    static get permission(): string {
      return localStorage.getItem("test.permission") ?? "default";
    }

    static requestPermission(): Promise<string> {
      localStorage.setItem("test.permission", "granted");
      return Promise.resolve("granted");
    }

    close(): void {}
  }
  Object.assign(window, { Notification: RecordedNotification });
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.notes += 1;
    start.call(this, when);
  };
}

/** Turns both notifications on, which shows a sample. */
async function allowNotifications(agent: Page): Promise<void> {
  await agent.getByRole("button", { name: /^Account of / }).click();
  await agent.getByRole("menuitem", { name: "Sounds and notifications" }).click();
  const notifications = agent.getByRole("group", { name: "Desktop notification" });
  for (const kind of ["New session", "New message from a visitor"]) {
    await notifications.getByRole("switch", { name: kind }).click();
    await expect(notifications.getByRole("switch", { name: kind })).toBeChecked();
  }
  expect((await told(agent)).map(({ title }) => title)).toEqual(["Notifications are on", "Notifications are on"]);
  await agent.keyboard.press("Escape");
  await expect(agent.getByRole("dialog")).toBeHidden();
}

/** Notifications of a page since the last `forget`. */
async function told(agent: Page): Promise<Told[]> {
  return agent.evaluate(() => window.told);
}

/** Notes that a page played since the last `forget`. */
async function notes(agent: Page): Promise<number> {
  return agent.evaluate(() => window.notes);
}

async function forget(agent: Page): Promise<void> {
  await agent.evaluate(() => {
    window.told = [];
    window.notes = 0;
  });
}
