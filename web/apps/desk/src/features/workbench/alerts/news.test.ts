import { applyFrame } from "@frontdesk/live/apply-frame";
import { sampleEntry, sampleMe, sampleSummary, START } from "@frontdesk/live/testing/samples";
import type { AgentServerFrame, SessionSummary } from "@frontdesk/live/types";
import { EMPTY_WORKBENCH, type Workbench } from "@frontdesk/live/workbench";
import { describe, expect, it } from "vitest";

import { dueAlerts, isSettled, unseen, type Alert } from "./news";

const NOBODY = new Set<string>();

/** The workbench after these frames. */
function after(before: Workbench, ...frames: AgentServerFrame[]): Workbench {
  return frames.reduce((workbench, frame) => applyFrame(workbench, frame, START), before);
}

function welcome(...sessions: SessionSummary[]): AgentServerFrame {
  return { type: "welcome", cursor: 10, generation: "life-1", me: sampleMe(), sessions, queues: [], resumed: false };
}

function session(id: string, change: Partial<SessionSummary>): AgentServerFrame {
  return { type: "session", cursor: 11, session: sampleSummary(id, change) };
}

const said = (alerts: readonly Alert[]) => alerts.map(({ kind, session }) => `${kind} ${session.summary.id}`);

/** Two sessions in service, one message unread, and one that is over. */
const known = after(
  EMPTY_WORKBENCH,
  welcome(
    sampleSummary("ses_1", { last_seq: 4, unread: 1, agent_read: 3 }),
    sampleSummary("ses_2", { last_seq: 2, agent_read: 2 }),
    sampleSummary("ses_3", { stage: "ended", last_seq: 5 }),
  ),
);

describe("WORK-04: what is news", () => {
  it("the first picture after connecting is not", () => {
    expect(dueAlerts(undefined, known)).toEqual([]);
  });

  it("a session that comes into service is, also with a message in it, once", () => {
    const now = after(known, session("ses_4", { last_seq: 3, unread: 2 }));
    expect(said(dueAlerts(known, now))).toEqual(["session ses_4"]);
  });

  it("a session that is listed but over is not", () => {
    const now = after(known, session("ses_4", { stage: "ended" }), session("ses_1", { stage: "ended", unread: 9 }));
    expect(dueAlerts(known, now)).toEqual([]);
  });

  it("a visitor's message is, with the lines that come before the list says so", () => {
    const lines: AgentServerFrame = { type: "entries", session_id: "ses_2", entries: [sampleEntry("ses_2", 3)] };
    const withLine = after(known, lines);
    const now = after(withLine, session("ses_2", { last_seq: 3, unread: 1, agent_read: 2 }));
    expect(dueAlerts(known, withLine)).toEqual([]);
    expect(said(dueAlerts(withLine, now))).toEqual(["message ses_2"]);
  });

  it("an own message is not, nor a read mark that comes late, nor typing", () => {
    const answered = after(known, session("ses_1", { last_seq: 5, unread: 1, agent_read: 3 }));
    const read = after(known, session("ses_1", { last_seq: 4, unread: 0, agent_read: 4 }));
    const typing = after(known, { type: "typing", session_id: "ses_1" });
    expect(dueAlerts(known, answered)).toEqual([]);
    expect(dueAlerts(known, read)).toEqual([]);
    expect(dueAlerts(read, known)).toEqual([]);
    expect(dueAlerts(known, typing)).toEqual([]);
  });

  it("what came while the connection was lost is, each session once", () => {
    const now = after(
      known,
      welcome(
        sampleSummary("ses_1", { last_seq: 8, unread: 5, agent_read: 3 }),
        sampleSummary("ses_2", { last_seq: 2, agent_read: 2 }),
        sampleSummary("ses_5"),
      ),
    );
    expect(said(dueAlerts(known, now))).toEqual(["message ses_1", "session ses_5"]);
  });

  it("a message in a session that somebody looks at is not", () => {
    const now = after(
      known,
      session("ses_1", { last_seq: 5, unread: 2 }),
      session("ses_2", { last_seq: 3, unread: 1 }),
    );
    expect(said(unseen(dueAlerts(known, now), NOBODY))).toEqual(["message ses_1", "message ses_2"]);
    expect(said(unseen(dueAlerts(known, now), new Set(["ses_2"])))).toEqual(["message ses_1"]);
  });

  it("is settled when read to the end or out of the list", () => {
    const settled = (id: string, picture: Workbench) => isSettled(picture.sessions.get(id));
    const fresh = after(known, session("ses_4", { last_seq: 1, unread: 0, agent_read: 0 }));
    expect(settled("ses_1", known)).toBe(false);
    expect(settled("ses_2", known)).toBe(true);
    expect(settled("ses_4", fresh)).toBe(false);
    expect(settled("ses_9", known)).toBe(true);
  });
});
