import { sampleSummary, START } from "@frontdesk/live/testing/samples";
import { welcomeWith } from "@frontdesk/live/testing/start-desk";
import type { AgentServerFrame, SessionSummary } from "@frontdesk/live/types";
import type { Language } from "@frontdesk/ui/i18n/language";
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openDesk } from "../../../testing/open-desk";
import { AlertSettings } from "./settings";
import { stubAudio, type HeardNotes } from "./testing/fake-audio";
import { stubNotifications, type FakeNotifications } from "./testing/fake-notification";

let heard: HeardNotes;
let notifications: FakeNotifications;

beforeEach(() => {
  heard = stubAudio();
  notifications = stubNotifications("granted");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});

/** A session of Lin whose newest message is `text`. */
function lin(text: string, change: Partial<SessionSummary> = {}): SessionSummary {
  const { visitor } = sampleSummary("ses_1");
  const last_message = { preview: text, kind: "text", author: { type: "visitor" }, at: START } as const;
  return sampleSummary("ses_1", { visitor: { ...visitor, nickname: "Lin" }, last_message, ...change });
}

function listed(session: SessionSummary): AgentServerFrame {
  return { type: "session", cursor: 11, session };
}

const asked = lin("hello?", { last_seq: 1, unread: 1, agent_read: 0 });
const askedAgain = listed(lin("where is my parcel?", { last_seq: 2, unread: 2, agent_read: 0 }));

/** The agent's choices before the page opens. */
function choose(way: "sound" | "notification", isOn: boolean): void {
  const store = { get: (key: string) => localStorage.getItem(key), set: localStorage.setItem.bind(localStorage) };
  const settings = new AlertSettings({ ...store, remove: () => undefined, keys: () => [] }, "agt_1");
  settings.turn(way, "session", isOn);
  settings.turn(way, "message", isOn);
}

/** The desk with Lin's session, on a page that was touched. */
async function open(path = "/", language: Language = "en") {
  const desk = openDesk(path, {}, language);
  const socket = await desk.socket();
  const say = async (...frames: AgentServerFrame[]) => {
    await act(() => Promise.resolve(socket.say(...frames)));
    // Which sessions are on a screen is asked before anything is told.
    await act(() => new Promise((resolve) => setTimeout(resolve)));
  };
  await act(() => Promise.resolve(socket.open()));
  await say(welcomeWith(asked));
  fireEvent.pointerDown(document.body);
  return { ...desk, say };
}

describe("WORK-04: news of the desk", () => {
  it("rings for a message by default and shows no notification; the picture at the start is silent", async () => {
    const { say } = await open();
    expect(heard.notes).toEqual([]);
    await say(askedAgain);
    expect(heard.notes).toHaveLength(1);
    expect(notifications.shown).toEqual([]);
  });

  it("rings once for a session and a message together", async () => {
    const { say } = await open();
    await say(askedAgain, listed(sampleSummary("ses_2")));
    expect(heard.notes).toHaveLength(2);
  });

  it("is silent when the sounds are off", async () => {
    choose("sound", false);
    const { say } = await open();
    await say(askedAgain, listed(sampleSummary("ses_2")));
    expect(heard.notes).toEqual([]);
  });

  it("notifies with the visitor's name and words; a click opens the session, reading takes it back", async () => {
    choose("notification", true);
    const { say, router } = await open("/records");
    await say(askedAgain);
    expect(notifications.shown).toMatchObject([{ title: "Lin", body: "where is my parcel?", tag: "ses_1" }]);
    notifications.shown[0]?.click();
    await waitFor(() => expect(router.state.location).toMatchObject({ pathname: "/", search: "?session=ses_1" }));
    expect(notifications.shown[0]?.isClosed).toBe(true);
  });

  it("takes a notification back when the session is read elsewhere, and all when the page is left", async () => {
    choose("notification", true);
    const { say } = await open();
    await say(askedAgain, listed(sampleSummary("ses_2")));
    expect(notifications.shown.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    await say(listed(lin("where is my parcel?", { last_seq: 2, unread: 0, agent_read: 2 })));
    expect(notifications.shown.map(({ tag, isClosed }) => [tag, isClosed])).toEqual([
      ["ses_1", true],
      ["ses_2", false],
    ]);
    cleanup();
    expect(notifications.shown[1]?.isClosed).toBe(true);
  });

  it("notifies of a new session in the reader's language", async () => {
    choose("notification", true);
    const { say } = await open("/", "zh-CN");
    await say(listed({ ...lin("在吗"), id: "ses_3" }));
    expect(notifications.shown).toMatchObject([{ title: "新会话：Lin", body: "在吗", tag: "ses_3" }]);
  });

  it("tells nothing of the session that is on the screen", async () => {
    choose("notification", true);
    const { say } = await open("/?session=ses_1");
    await say(askedAgain);
    expect(notifications.shown).toEqual([]);
    expect(heard.notes).toEqual([]);
  });

  it("tells of the chosen session when the page is hidden", async () => {
    choose("notification", true);
    const { say } = await open("/?session=ses_1");
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await say(askedAgain);
    expect(notifications.shown).toHaveLength(1);
    expect(heard.notes).toHaveLength(1);
  });

  it("T101, T108: names and texts reach the system as they are, with hidden characters visible", async () => {
    choose("notification", true);
    const { say } = await open();
    const markup = "<img src=x onerror=alert(1)> &amp; <b>bold</b>";
    const { visitor } = asked;
    const session = lin(markup, { last_seq: 2, unread: 2, visitor: { ...visitor, nickname: "<i>Lin</i>\u202e" } });
    await say(listed(session));
    expect(notifications.shown).toMatchObject([{ title: "<i>Lin</i>[U+202E]", body: markup }]);
  });

  it("shows nothing while the browser forbids it", async () => {
    choose("notification", true);
    notifications.permission = "denied";
    const { say } = await open();
    await say(askedAgain);
    expect(notifications.shown).toEqual([]);
    expect(notifications.asked).toBe(0);
  });
});

describe("WORK-04: the dialog", () => {
  async function openDialog(language: Language, words: { account: string; item: string }) {
    const desk = await open("/", language);
    fireEvent.click(screen.getByRole("button", { name: words.account }));
    fireEvent.click(await screen.findByRole("menuitem", { name: words.item }));
    await screen.findByRole("dialog", { name: words.item });
    return desk;
  }
  const english = () => openDialog("en", { account: "Account of Ann", item: "Sounds and notifications" });
  const turnOf = (way: string, kind: string) =>
    within(screen.getByRole("group", { name: way })).getByRole<HTMLButtonElement>("switch", { name: kind });
  const isOn = (turn: HTMLElement) => turn.getAttribute("aria-checked") === "true";

  it("speaks Chinese", async () => {
    await openDialog("zh-CN", { account: "Ann 的账号", item: "声音与通知" });
    expect(isOn(turnOf("提示音", "新会话"))).toBe(true);
    expect(isOn(turnOf("桌面通知", "访客新消息"))).toBe(false);
  });

  it("a sound that is turned on is heard, and one that is off is not", async () => {
    const { say } = await english();
    const turn = turnOf("Sound", "New message from a visitor");
    fireEvent.click(turn);
    expect(isOn(turn)).toBe(false);
    await say(askedAgain);
    expect(heard.notes).toEqual([]);
    fireEvent.click(turn);
    await waitFor(() => expect(heard.notes).toHaveLength(1));
    expect(isOn(turnOf("Sound", "New session"))).toBe(true);
  });

  it("asks the browser when notifications are turned on, not before, and shows one", async () => {
    notifications.permission = "default";
    const { say } = await english();
    expect(notifications.asked).toBe(0);
    const turn = turnOf("Desktop notification", "New message from a visitor");
    fireEvent.click(turn);
    await waitFor(() => expect(isOn(turn)).toBe(true));
    expect(notifications.asked).toBe(1);
    expect(notifications.shown).toMatchObject([{ title: "Notifications are on" }]);
    await say(askedAgain, listed(sampleSummary("ses_2")));
    expect(notifications.shown.slice(1)).toMatchObject([{ title: "Lin" }]);
  });

  it.each([
    ["denied", /Your browser blocks notifications/],
    ["default", /Notifications are not allowed yet/],
  ] as const)("explains why they stay off when the answer is %s", async (answer, reason) => {
    Object.assign(notifications, { permission: "default", answer });
    await english();
    const turn = turnOf("Desktop notification", "New session");
    expect(screen.queryByText(reason)).toBeNull();
    fireEvent.click(turn);
    expect(await screen.findByText(reason)).toBeTruthy();
    expect(isOn(turn)).toBe(false);
  });

  it("explains at once what the browser does not offer", async () => {
    vi.stubGlobal("isSecureContext", false);
    await english();
    expect(screen.getByText(/only at https addresses/)).toBeTruthy();
  });

  it("explains when the browser of a phone refuses in spite of its leave", async () => {
    await english();
    vi.stubGlobal(
      "Notification",
      class {
        static permission = "granted";
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      },
    );
    const turn = turnOf("Desktop notification", "New session");
    fireEvent.click(turn);
    expect(await screen.findByText(/cannot show notifications from a page/)).toBeTruthy();
    expect(isOn(turn)).toBe(false);
  });
});
