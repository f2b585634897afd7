import { vi } from "vitest";

import type { DeskHttp } from "../desk-http";
import { LiveDesk } from "../live-desk";
import type { AgentServerFrame, SessionSummary } from "../types";
import { FakeEnvironment } from "./fake-environment";
import { sampleMe, sampleSummary } from "./samples";

/** An HTTP side that a test answers for; every call fails until it does. */
export function fakeHttp() {
  const unanswered = () => Promise.reject(new Error("the test gives no answer"));
  return {
    workbench: vi.fn<DeskHttp["workbench"]>(unanswered),
    entries: vi.fn<DeskHttp["entries"]>(unanswered),
    post: vi.fn<DeskHttp["post"]>(unanswered),
    read: vi.fn<DeskHttp["read"]>(unanswered),
  };
}

/** A welcome with these sessions. */
export function welcomeWith(...sessions: SessionSummary[]): AgentServerFrame {
  return { type: "welcome", cursor: 10, generation: "life-1", me: sampleMe(), sessions, queues: [], resumed: false };
}

/** A started desk, welcomed with one open session `ses_1` whose lines 1 to 3 it knows. */
export function startDesk(env = new FakeEnvironment(), http = fakeHttp()) {
  const desk = new LiveDesk(env, http, sampleMe());
  desk.start();
  return { desk, env, http };
}

/** The server accepts the connection in use and tells of `ses_1`. */
export function welcome(env: FakeEnvironment, lastSeq = 0): void {
  env.socket.open();
  env.socket.say(welcomeWith(sampleSummary("ses_1", { last_seq: lastSeq })));
}
