import { vi } from "vitest";

/** A notification as the system got it. */
export interface ShownNotice {
  title: string;
  body: string;
  tag: string;
  isClosed: boolean;
  click: () => void;
}

/** What the fake browser answers, and what it showed. */
export interface FakeNotifications {
  permission: NotificationPermission;
  /** What the person chooses when asked. */
  answer: NotificationPermission;
  asked: number;
  shown: ShownNotice[];
}

/** Puts a fake `Notification` into the browser; `vi.unstubAllGlobals` takes it out. */
export function stubNotifications(permission: NotificationPermission): FakeNotifications {
  const fake: FakeNotifications = { permission, answer: "granted", asked: 0, shown: [] };
  class FakeNotification {
    onclick: (() => void) | null = null;
    onclose: (() => void) | null = null;
    readonly #notice: ShownNotice;

    constructor(title: string, { body = "", tag = "" }: NotificationOptions) {
      this.#notice = { title, body, tag, isClosed: false, click: () => this.onclick?.() };
      fake.shown.push(this.#notice);
    }

    static get permission() {
      return fake.permission;
    }

    static requestPermission() {
      fake.asked += 1;
      fake.permission = fake.answer;
      return Promise.resolve(fake.permission);
    }

    close() {
      this.#notice.isClosed = true;
      this.onclose?.();
    }
  }
  vi.stubGlobal("Notification", FakeNotification);
  vi.stubGlobal("isSecureContext", true);
  return fake;
}
