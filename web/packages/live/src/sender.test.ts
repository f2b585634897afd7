import { ProblemError } from "@frontdesk/api-client/problem";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveDesk } from "./live-desk";
import { ACK_TIMEOUT_MS } from "./sender";
import { FakeEnvironment, memoryStore } from "./testing/fake-environment";
import { sampleEntry, sampleMe, sampleSummary, START } from "./testing/samples";
import { fakeHttp, startDesk, welcome, welcomeWith } from "./testing/start-desk";
import type { AgentServerFrame } from "./types";

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

const say = (text: string, session_id = "ses_1") => ({ session_id, content: { type: "text", text } as const });

const ack = (client_id: string, seq: number, session_id = "ses_1"): AgentServerFrame => ({
  type: "ack",
  client_id,
  session_id,
  seq,
  entry_id: `ent_${session_id}_${seq}`,
  at: START,
  replayed: false,
});

const lineOf = (client_id: string, seq: number): AgentServerFrame => ({
  type: "entries",
  session_id: "ses_1",
  entries: [sampleEntry("ses_1", seq, { client_id, author: { type: "agent", agent_id: "agt_1" } })],
});

const problem = (code: "session_ended" | "busy" | "key_reused" | "rate_limited", retry_after?: number) => ({
  code,
  class: code === "busy" || code === "rate_limited" ? ("retry" as const) : ("fatal" as const),
  message: code,
  request_id: "req_1",
  ...(retry_after === undefined ? {} : { retry_after }),
});

describe("C02, U3: a message goes out until it is acknowledged, always with the same key", () => {
  it("is shown at once, sent by socket, and gone from the outbox when its line is here", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("hello"));
    expect(env.socket.sentOf("post")).toEqual([{ type: "post", client_id: "key_1", ...say("hello") }]);
    expect(desk.state().outbox).toMatchObject([{ client_id: "key_1" }]);
    env.socket.say(ack("key_1", 1));
    expect(desk.state().outbox).toMatchObject([{ client_id: "key_1", seq: 1 }]);
    env.socket.say(lineOf("key_1", 1));
    expect(desk.state().outbox).toEqual([]);
  });

  it("the line may come before the acknowledgement", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("hello"));
    env.socket.say(lineOf("key_1", 1), ack("key_1", 1));
    expect(desk.state().outbox).toEqual([]);
    desk.post(say("more"));
    expect(env.socket.sentOf("post")).toHaveLength(2);
  });

  it("F30: cut before the acknowledgement, it is repeated on the next connection", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("hello"));
    env.socket.cut();
    vi.advanceTimersByTime(1_000);
    welcome(env);
    expect(env.socket.sentOf("post")).toEqual([{ type: "post", client_id: "key_1", ...say("hello") }]);
  });

  it("a reload keeps what was not acknowledged, and only for the same agent", () => {
    const storage = memoryStore();
    const before = startDesk(new FakeEnvironment(storage));
    before.desk.post(say("written offline"));
    before.desk.stop();
    const after = startDesk(new FakeEnvironment(storage));
    expect(after.desk.state().outbox).toHaveLength(1);
    welcome(after.env);
    expect(after.env.socket.sentOf("post")).toMatchObject([{ client_id: "key_1" }]);
    const other = new LiveDesk(new FakeEnvironment(storage), fakeHttp(), sampleMe({ id: "agt_2" }));
    expect(other.state().outbox).toEqual([]);
  });

  it("an acknowledged message is not sent again after a reload", () => {
    const storage = memoryStore();
    const before = startDesk(new FakeEnvironment(storage));
    welcome(before.env);
    before.desk.post(say("hello"));
    before.env.socket.say(ack("key_1", 1));
    expect(startDesk(new FakeEnvironment(storage)).desk.state().outbox).toEqual([]);
  });

  it("I04: one at a time per session, in the order of writing; sessions do not wait for each other", () => {
    const { env, desk } = startDesk();
    env.socket.open();
    env.socket.say(welcomeWith(sampleSummary("ses_1"), sampleSummary("ses_2")));
    desk.post(say("one"));
    desk.post(say("two"));
    desk.post(say("elsewhere", "ses_2"));
    const texts = () => env.socket.sentOf("post").map(({ client_id }) => client_id);
    expect(texts()).toEqual(["key_1", "key_3"]);
    env.socket.say(ack("key_1", 1));
    expect(texts()).toEqual(["key_1", "key_3", "key_2"]);
  });

  it("F32: an open socket that does not answer is helped by HTTP, with the same key", async () => {
    const { env, desk, http } = startDesk();
    welcome(env);
    http.post.mockResolvedValue({
      client_id: "key_1",
      session_id: "ses_1",
      seq: 1,
      entry_id: "e",
      at: START,
      replayed: true,
    });
    desk.post(say("hello"));
    await vi.advanceTimersByTimeAsync(ACK_TIMEOUT_MS);
    expect(http.post).toHaveBeenCalledWith("ses_1", { client_id: "key_1", content: { type: "text", text: "hello" } });
    expect(desk.state().outbox).toMatchObject([{ seq: 1 }]);
  });

  it("F36: without a socket it goes by HTTP after two failed connections", async () => {
    const { env, desk, http } = startDesk();
    http.workbench.mockResolvedValue({
      cursor: 1,
      generation: "life-1",
      me: sampleMe(),
      sessions: [sampleSummary("ses_1")],
      queues: [],
    });
    http.entries.mockResolvedValue({ session_id: "ses_1", entries: [], has_more: false });
    http.post.mockResolvedValue({
      client_id: "key_1",
      session_id: "ses_1",
      seq: 1,
      entry_id: "e",
      at: START,
      replayed: false,
    });
    desk.post(say("hello"));
    env.socket.cut();
    expect(http.post).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(0);
    expect(http.post).toHaveBeenCalledOnce();
  });
});

describe("refusals (C20, WORK-09)", () => {
  it("a fatal one waits for the person, does not hold up the next, and goes again on demand", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("one"));
    desk.post(say("two"));
    env.socket.say({ type: "refused", client_id: "key_1", problem: problem("session_ended") });
    expect(desk.state().outbox[0]?.trouble?.code).toBe("session_ended");
    expect(env.socket.sentOf("post").map(({ client_id }) => client_id)).toEqual(["key_1", "key_2"]);
    env.socket.say(ack("key_2", 1));
    desk.sendAgain("key_1");
    expect(env.socket.sentOf("post").at(-1)?.client_id).toBe("key_1");
    expect(desk.state().outbox.find(({ client_id }) => client_id === "key_1")?.trouble).toBeUndefined();
  });

  it("a passing one is repeated by itself, not before the asked time", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("one"));
    env.socket.say({ type: "refused", client_id: "key_1", problem: problem("rate_limited", 7) });
    vi.advanceTimersByTime(6_900);
    expect(env.socket.sentOf("post")).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(env.socket.sentOf("post")).toHaveLength(2);
    expect(desk.state().outbox[0]?.trouble).toBeUndefined();
  });

  it("a used-up key is replaced only when the person sends again", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("one"));
    env.socket.say({ type: "refused", client_id: "key_1", problem: problem("key_reused") });
    desk.sendAgain("key_1");
    expect(env.socket.sentOf("post").map(({ client_id }) => client_id)).toEqual(["key_1", "key_2"]);
    expect(desk.state().outbox).toMatchObject([{ client_id: "key_2" }]);
  });

  it("HTTP's refusals count the same", async () => {
    const { env, desk, http } = startDesk();
    http.post.mockRejectedValue(new ProblemError(problem("session_ended"), 409));
    http.workbench.mockResolvedValue({
      cursor: 1,
      generation: "life-1",
      me: sampleMe(),
      sessions: [sampleSummary("ses_1")],
      queues: [],
    });
    desk.post(say("hello"));
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(1_000);
    env.socket.cut();
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.state().outbox[0]?.trouble?.code).toBe("session_ended");
  });

  it("a failed message of a session that has left the list is forgotten", () => {
    const { env, desk } = startDesk();
    welcome(env);
    desk.post(say("one"));
    env.socket.say({ type: "refused", client_id: "key_1", problem: problem("session_ended") });
    env.socket.say({ type: "removed", cursor: 11, session_id: "ses_1" });
    expect(desk.state().outbox).toEqual([]);
  });

  it("discarding takes it away for good", () => {
    const storage = memoryStore();
    const { env, desk } = startDesk(new FakeEnvironment(storage));
    welcome(env);
    desk.post(say("one"));
    env.socket.say({ type: "refused", client_id: "key_1", problem: problem("session_ended") });
    desk.discard("key_1");
    expect(storage.keys()).toEqual([]);
  });
});

it("T422: signing out forgets what was not sent", () => {
  const storage = memoryStore();
  const { desk } = startDesk(new FakeEnvironment(storage));
  desk.post(say("secret"));
  desk.forget();
  expect(storage.keys()).toEqual([]);
});

it("after the end of a sign-in nothing goes out any more", () => {
  const { env, desk, http } = startDesk();
  welcome(env);
  env.socket.say({ type: "kicked", reason: "replaced" });
  desk.post(say("too late"));
  vi.advanceTimersByTime(60_000);
  expect(env.socket.sentOf("post")).toEqual([]);
  expect(http.post).not.toHaveBeenCalled();
});

it("storage with foreign or broken texts does no harm", () => {
  const storage = memoryStore(
    new Map([
      ["frontdesk.outbox.agt_1.x", "{"],
      ["frontdesk.outbox.agt_1.y", '"text"'],
      ["other", "1"],
    ]),
  );
  expect(startDesk(new FakeEnvironment(storage)).desk.state().outbox).toEqual([]);
});
