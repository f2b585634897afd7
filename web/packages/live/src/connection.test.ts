import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { BEAT_MS, POLL_MS } from "./live-desk";
import { ProblemError } from "@frontdesk/api-client/problem";
import { FakeEnvironment } from "./testing/fake-environment";
import { sampleEntries, sampleMe, sampleSummary, START } from "./testing/samples";
import { startDesk, welcome, welcomeWith } from "./testing/start-desk";

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

describe("coming back", () => {
  it("C04: says hello with nothing first, and with cursor and numbers after a cut", () => {
    const { env } = startDesk();
    welcome(env, 3);
    expect(env.socket.sent).toEqual([{ type: "hello", sessions: {} }]);
    env.socket.say({ type: "entries", session_id: "ses_1", entries: sampleEntries("ses_1", 1, 3) });
    env.socket.cut();
    vi.advanceTimersByTime(1_000);
    env.socket.open();
    expect(env.sockets).toHaveLength(2);
    expect(env.socket.sent).toEqual([{ type: "hello", cursor: 10, generation: "life-1", sessions: { ses_1: 3 } }]);
  });

  it("U2: tries for ever, never more than 30 s apart", () => {
    const { env, desk } = startDesk();
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 60; attempt += 1) {
      env.socket.cut();
      const { connection } = desk.state();
      if (connection.kind !== "waiting") throw new Error(`not waiting but ${connection.kind}`);
      gaps.push(connection.retry_at - Date.now());
      vi.advanceTimersByTime(connection.retry_at - Date.now());
    }
    expect(env.sockets).toHaveLength(61);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(gaps[0]).toBeLessThanOrEqual(1_000);
  });

  it("U2: comes back at once when the page is looked at, the network returns or a person says so", () => {
    for (const wake of ["visible", "network", "asked"] as const) {
      const { env, desk } = startDesk();
      for (let attempt = 0; attempt < 8; attempt += 1) {
        env.socket.cut();
        vi.advanceTimersByTime(30_000);
      }
      env.socket.cut();
      const before = env.sockets.length;
      if (wake === "asked") desk.tryNow();
      else env.signal(wake);
      expect(env.sockets).toHaveLength(before + 1);
      desk.stop();
    }
  });

  it("U1, C11: a silent connection is given up after two and a half beats, a beating one is not", () => {
    const { env, desk } = startDesk();
    welcome(env);
    for (let beat = 0; beat < 10; beat += 1) {
      vi.advanceTimersByTime(10_000);
      env.socket.say({ type: "beat", at: Date.now() });
    }
    expect(desk.state().connection.kind).toBe("open");
    vi.advanceTimersByTime(2.5 * BEAT_MS + 3_000);
    expect(env.sockets[0]?.isClosed).toBe(true);
    expect(desk.state().connection.kind).not.toBe("open");
  });

  it("U2: after a sleep of the machine the first look replaces the dead connection", () => {
    const { env } = startDesk();
    welcome(env);
    vi.setSystemTime(START + 8 * 3_600_000);
    env.signal("visible");
    expect(env.sockets).toHaveLength(2);
  });

  it("a network that goes is known at once, and one that comes back too", () => {
    const { env, desk } = startDesk();
    welcome(env);
    env.signal("offline");
    expect(desk.state().connection.kind).toBe("waiting");
    env.signal("network");
    expect(env.sockets).toHaveLength(2);
  });

  it("a connection that is never welcomed is given up", () => {
    const { env } = startDesk();
    env.socket.open();
    vi.advanceTimersByTime(12_000);
    expect(env.sockets.length).toBeGreaterThan(1);
  });

  it("C13: a server that goes away is left at the time it asked for", () => {
    const { env } = startDesk();
    welcome(env);
    env.socket.say({ type: "going_away", reconnect_after_ms: 3_500 });
    env.socket.cut(1012);
    vi.advanceTimersByTime(3_400);
    expect(env.sockets).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(env.sockets).toHaveLength(2);
  });

  it("C04: resync_required makes it connect again without its cursor", () => {
    const { env } = startDesk();
    welcome(env);
    env.socket.say({ type: "resync_required" });
    vi.advanceTimersByTime(1_000);
    env.socket.open();
    expect(env.sockets).toHaveLength(2);
    expect(env.socket.sent).toEqual([{ type: "hello", generation: "life-1", sessions: {} }]);
  });

  it("broken frames are passed over", () => {
    const { env, desk } = startDesk();
    welcome(env);
    const before = desk.state();
    env.socket.onmessage?.({ data: "{" });
    env.socket.onmessage?.({ data: "null" });
    env.socket.onmessage?.({ data: new ArrayBuffer(2) });
    expect(desk.state()).toBe(before);
  });
});

describe("the end of a sign-in (C12, R28)", () => {
  it("a kick stops everything and tells why", () => {
    const { env, desk } = startDesk();
    welcome(env);
    env.socket.say({ type: "kicked", reason: "replaced" });
    expect(desk.state().signedOut).toBe("replaced");
    vi.advanceTimersByTime(600_000);
    env.signal("visible");
    expect(env.sockets).toHaveLength(1);
  });

  it("close 4001 without a kick ends it too", () => {
    const { env, desk } = startDesk();
    welcome(env);
    env.socket.cut(4001);
    expect(desk.state().signedOut).toBe("replaced");
  });

  it("a socket that is refused because the cookie is dead is found out by HTTP", async () => {
    const { env, desk, http } = startDesk();
    const problem = { code: "not_signed_in", class: "fatal", message: "", request_id: "r" } as const;
    http.workbench.mockRejectedValue(new ProblemError(problem, 401));
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(1_000);
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.state().signedOut).toBe("expired");
  });
});

describe("without a socket", () => {
  it("F36: after two failed connections the list and its lines come by HTTP, until the socket is back", async () => {
    const { env, desk, http } = startDesk();
    const summary = sampleSummary("ses_1", { last_seq: 2 });
    http.workbench.mockResolvedValue({
      cursor: 4,
      generation: "life-1",
      me: sampleMe(),
      sessions: [summary],
      queues: [],
    });
    http.entries.mockResolvedValue({ session_id: "ses_1", entries: sampleEntries("ses_1", 1, 2), has_more: false });
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(1_000);
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(desk.state().isByHttp).toBe(true);
    expect(desk.state().workbench.sessions.get("ses_1")?.entries).toHaveLength(2);
    env.socket.open();
    env.socket.say(welcomeWith(summary));
    expect(desk.state().isByHttp).toBe(false);
    const calls = http.workbench.mock.calls.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(http.workbench.mock.calls).toHaveLength(calls);
  });

  it("listeners are called once for all that happens at a time", async () => {
    const { env, desk } = startDesk(new FakeEnvironment());
    const listener = vi.fn();
    await vi.advanceTimersByTimeAsync(0);
    desk.subscribe(listener);
    welcome(env, 3);
    env.socket.say({ type: "entries", session_id: "ses_1", entries: sampleEntries("ses_1", 1, 3) });
    await vi.advanceTimersByTimeAsync(0);
    expect(listener).toHaveBeenCalledOnce();
  });
});
