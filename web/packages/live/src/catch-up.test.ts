import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { PATIENCE_MS } from "./catch-up";
import { sampleEntries, sampleEntry, sampleSummary, START } from "./testing/samples";
import { startDesk, welcome } from "./testing/start-desk";

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

function withLines() {
  const started = startDesk();
  welcome(started.env, 3);
  started.env.socket.say({ type: "entries", session_id: "ses_1", entries: sampleEntries("ses_1", 1, 3) });
  return started;
}

describe("U1: nothing that is missing stays missing", () => {
  it("C03: a gap is asked for at once, from the last good number, and once", () => {
    const { env } = withLines();
    env.socket.say({ type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 6)] });
    env.socket.say({ type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 7)] });
    expect(env.socket.sentOf("catch_up")).toEqual([{ type: "catch_up", session_id: "ses_1", after_seq: 3 }]);
  });

  it("asks again while the answer does not come", () => {
    const { env } = withLines();
    env.socket.say({ type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 6)] });
    vi.advanceTimersByTime(3 * PATIENCE_MS + 10);
    expect(env.socket.sentOf("catch_up").length).toBeGreaterThanOrEqual(3);
  });

  it("lines that the list knows of, but that did not come, are asked for after a moment", () => {
    const { env } = withLines();
    env.socket.say({ type: "session", cursor: 11, session: sampleSummary("ses_1", { last_seq: 5 }) });
    expect(env.socket.sentOf("catch_up")).toEqual([]);
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(env.socket.sentOf("catch_up")).toEqual([{ type: "catch_up", session_id: "ses_1", after_seq: 3 }]);
  });

  it("lines that come by themselves are not asked for", () => {
    const { env } = withLines();
    env.socket.say({ type: "session", cursor: 11, session: sampleSummary("ses_1", { last_seq: 4 }) });
    env.socket.say({ type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 4)] });
    vi.advanceTimersByTime(5 * PATIENCE_MS);
    expect(env.socket.sentOf("catch_up")).toEqual([]);
  });

  it("a new session whose lines do not come is read by HTTP", async () => {
    const { env, desk, http } = withLines();
    http.entries.mockResolvedValue({ session_id: "ses_2", entries: sampleEntries("ses_2", 1, 4), has_more: false });
    env.socket.say({ type: "session", cursor: 11, session: sampleSummary("ses_2", { last_seq: 4 }) });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(http.entries).toHaveBeenCalledWith("ses_2", { limit: 30 });
    expect(desk.state().workbench.sessions.get("ses_2")?.entries).toHaveLength(4);
  });

  it("ended sessions are not read before somebody opens them", async () => {
    const { env, http } = withLines();
    env.socket.say({ type: "session", cursor: 11, session: sampleSummary("ses_2", { stage: "ended", last_seq: 4 }) });
    await vi.advanceTimersByTimeAsync(5 * PATIENCE_MS);
    expect(http.entries).not.toHaveBeenCalled();
  });
});

describe("earlier lines", () => {
  it("are put in front, asked for once however often one scrolls", async () => {
    const { env, desk, http } = startDesk();
    welcome(env, 90);
    env.socket.say({ type: "entries", session_id: "ses_1", entries: sampleEntries("ses_1", 61, 90) });
    http.entries.mockResolvedValue({ session_id: "ses_1", entries: sampleEntries("ses_1", 11, 60), has_more: true });
    await Promise.all([desk.loadEarlier("ses_1"), desk.loadEarlier("ses_1")]);
    expect(http.entries.mock.calls).toEqual([["ses_1", { before_seq: 61, limit: 50 }]]);
    const entries = desk.state().workbench.sessions.get("ses_1")?.entries ?? [];
    expect([entries.length, entries[0]?.seq]).toEqual([80, 11]);
  });

  it("that do not lead up to the first known line are not taken", async () => {
    const { env, desk, http } = startDesk();
    welcome(env, 90);
    env.socket.say({ type: "entries", session_id: "ses_1", entries: sampleEntries("ses_1", 61, 90) });
    http.entries.mockResolvedValue({ session_id: "ses_1", entries: sampleEntries("ses_1", 1, 40), has_more: false });
    await desk.loadEarlier("ses_1");
    expect(desk.state().workbench.sessions.get("ses_1")?.entries[0]?.seq).toBe(61);
  });

  it("of an ended session that was never open begin with the newest", async () => {
    const { env, desk, http } = startDesk();
    env.socket.open();
    env.socket.say({
      type: "welcome",
      cursor: 1,
      generation: "life-1",
      me: desk.state().workbench.me!,
      sessions: [sampleSummary("ses_1", { stage: "ended", last_seq: 70 })],
      queues: [],
      resumed: false,
    });
    http.entries.mockResolvedValue({ session_id: "ses_1", entries: sampleEntries("ses_1", 21, 70), has_more: true });
    await desk.loadEarlier("ses_1");
    expect(http.entries).toHaveBeenCalledWith("ses_1", { limit: 50 });
    expect(desk.state().workbench.sessions.get("ses_1")?.entries).toHaveLength(50);
  });
});

it("read marks go out once per number, by HTTP when there is no socket", () => {
  const { env, desk, http } = withLines();
  desk.read("ses_1", 3);
  desk.read("ses_1", 3);
  desk.read("ses_1", 2);
  expect(env.socket.sentOf("read")).toEqual([{ type: "read", session_id: "ses_1", seq: 3 }]);
  env.socket.say({ type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 4)] });
  env.socket.cut();
  desk.read("ses_1", 4);
  expect(http.read).toHaveBeenCalledWith("ses_1", 4);
});

it("T1103: typing goes out at most once in three seconds for a session", () => {
  const { env, desk } = withLines();
  for (let key = 0; key < 10; key += 1) {
    desk.typing("ses_1");
    vi.advanceTimersByTime(500);
  }
  expect(env.socket.sentOf("typing")).toHaveLength(2);
});
