import { describe, expect, it } from "vitest";

import { applyFrame, withAgentRead } from "./apply-frame";
import { sampleEntries, sampleEntry, sampleMe, sampleSummary, START } from "./testing/samples";
import type { AgentServerFrame } from "./types";
import {
  activeSessions,
  EMPTY_WORKBENCH,
  endedSessions,
  isMissingLines,
  isNew,
  isTyping,
  resumePoint,
  unreadTotal,
  type Workbench,
} from "./workbench";

const NOW = START + 60_000;

function fold(frames: AgentServerFrame[], from: Workbench = EMPTY_WORKBENCH): Workbench {
  return frames.reduce((workbench, frame) => applyFrame(workbench, frame, NOW), from);
}

function welcome(change: Partial<AgentServerFrame & { type: "welcome" }> = {}): AgentServerFrame {
  return {
    type: "welcome",
    cursor: 10,
    generation: "life-1",
    me: sampleMe(),
    sessions: [],
    queues: [],
    resumed: false,
    ...change,
  };
}

const entries = (session_id: string, from: number, to: number): AgentServerFrame => ({
  type: "entries",
  session_id,
  entries: sampleEntries(session_id, from, to),
});

const seqs = (workbench: Workbench, id = "ses_1") => workbench.sessions.get(id)?.entries.map(({ seq }) => seq);

const one = fold([welcome({ sessions: [sampleSummary("ses_1", { last_seq: 3 })] }), entries("ses_1", 1, 3)]);

describe("lines of a session (C03)", () => {
  it("U3: drops repeats, also inside one frame", () => {
    const again = fold(
      [
        entries("ses_1", 2, 3),
        { type: "entries", session_id: "ses_1", entries: [sampleEntry("ses_1", 4), sampleEntry("ses_1", 4)] },
      ],
      one,
    );
    expect(seqs(again)).toEqual([1, 2, 3, 4]);
  });

  it("F74, C17: lines of another life of the database are forgotten", () => {
    const summary = sampleSummary("ses_1", { last_seq: 2 });
    const same = fold([welcome({ sessions: [summary] })], one);
    expect([seqs(same), resumePoint(same).generation]).toEqual([[1, 2, 3], "life-1"]);
    const restored = fold([welcome({ sessions: [summary], generation: "life-2" })], one);
    expect([seqs(restored), resumePoint(restored)]).toEqual([[], { cursor: 10, generation: "life-2", sessions: {} }]);
  });

  it("puts lines of one frame in order", () => {
    const frame: AgentServerFrame = {
      type: "entries",
      session_id: "ses_1",
      entries: sampleEntries("ses_1", 4, 6).reverse(),
    };
    expect(seqs(fold([frame], one))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("U1: a gap is marked and nothing behind it is shown until it is filled", () => {
    const gap = fold([entries("ses_1", 5, 6)], one);
    expect(seqs(gap)).toEqual([1, 2, 3]);
    expect(gap.sessions.get("ses_1")?.isBehind).toBe(true);
    const filled = fold([entries("ses_1", 4, 7)], gap);
    expect(seqs(filled)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(filled.sessions.get("ses_1")?.isBehind).toBe(false);
  });

  it("a gap inside a frame keeps what comes before it", () => {
    const frame: AgentServerFrame = {
      type: "entries",
      session_id: "ses_1",
      entries: [sampleEntry("ses_1", 4), sampleEntry("ses_1", 6)],
    };
    const behind = fold([frame], one);
    expect(seqs(behind)).toEqual([1, 2, 3, 4]);
    expect(behind.sessions.get("ses_1")?.isBehind).toBe(true);
  });

  it("a page that knows nothing of a session begins with its newest lines", () => {
    const late = fold([welcome({ sessions: [sampleSummary("ses_1", { last_seq: 90 })] }), entries("ses_1", 61, 90)]);
    expect(seqs(late)?.at(0)).toBe(61);
    expect(isMissingLines(late.sessions.get("ses_1")!)).toBe(false);
  });

  it("the list knowing of newer lines means that some are missing", () => {
    const told = fold([{ type: "session", cursor: 11, session: sampleSummary("ses_1", { last_seq: 5 }) }], one);
    expect(isMissingLines(told.sessions.get("ses_1")!)).toBe(true);
  });

  it("lines of an unknown session change nothing", () => {
    expect(fold([entries("ses_9", 1, 2)], one)).toBe(one);
  });
});

describe("the list", () => {
  it("C04: a welcome replaces it; known lines stay, sessions that are gone go", () => {
    const next = fold(
      [welcome({ cursor: 20, sessions: [sampleSummary("ses_1", { last_seq: 3 }), sampleSummary("ses_2")] })],
      one,
    );
    expect(seqs(next)).toEqual([1, 2, 3]);
    expect([...next.sessions.keys()]).toEqual(["ses_1", "ses_2"]);
    expect([...fold([welcome()], next).sessions.keys()]).toEqual([]);
  });

  it("a session frame twice is the same as once", () => {
    const frame: AgentServerFrame = { type: "session", cursor: 11, session: sampleSummary("ses_2", { unread: 2 }) };
    expect(fold([frame, frame], one)).toEqual(fold([frame], one));
  });

  it("frames from before the snapshot do not turn the clock back", () => {
    const old: AgentServerFrame[] = [
      { type: "session", cursor: 9, session: sampleSummary("ses_1", { unread: 7 }) },
      { type: "removed", cursor: 9, session_id: "ses_1" },
    ];
    expect(fold(old, one)).toBe(one);
  });

  it("removed takes a session away and moves the cursor", () => {
    const gone = fold([{ type: "removed", cursor: 12, session_id: "ses_1" }], one);
    expect(gone.sessions.size).toBe(0);
    expect(gone.cursor).toBe(12);
  });

  it("WORK-03: the newest arrival or message is on top, ended ones are apart", () => {
    const list = fold([
      welcome({
        sessions: [
          sampleSummary("ses_a", { assigned_at: START + 1 }),
          sampleSummary("ses_b", { assigned_at: START + 3 }),
          sampleSummary("ses_c", {
            assigned_at: START,
            last_message: { preview: "hi", kind: "text", author: { type: "visitor" }, at: START + 9 },
          }),
          sampleSummary("ses_d", { stage: "ended", ended_at: START + 5 }),
          sampleSummary("ses_e", { stage: "ended", ended_at: START + 6 }),
        ],
      }),
    ]);
    expect(activeSessions(list).map(({ summary }) => summary.id)).toEqual(["ses_c", "ses_b", "ses_a"]);
    expect(endedSessions(list).map(({ summary }) => summary.id)).toEqual(["ses_e", "ses_d"]);
  });

  it("WORK-04: unread counts open sessions only", () => {
    const list = fold([
      welcome({
        sessions: [
          sampleSummary("ses_a", { unread: 2 }),
          sampleSummary("ses_b", { unread: 3 }),
          sampleSummary("ses_c", { stage: "ended", unread: 4 }),
        ],
      }),
    ]);
    expect(unreadTotal(list)).toBe(5);
  });
});

describe("signs", () => {
  it("the visitor's read mark only moves forward", () => {
    const read = fold(
      [
        { type: "read", session_id: "ses_1", visitor_read: 3 },
        { type: "read", session_id: "ses_1", visitor_read: 2 },
      ],
      one,
    );
    expect(read.sessions.get("ses_1")?.summary.visitor_read).toBe(3);
  });

  it("typing is forgotten after five seconds, when the visitor speaks and when the visitor goes", () => {
    const typing = fold([{ type: "typing", session_id: "ses_1" }], one);
    const session = typing.sessions.get("ses_1")!;
    expect(isTyping(session, NOW + 4_999)).toBe(true);
    expect(isTyping(session, NOW + 5_000)).toBe(false);
    expect(isTyping(fold([entries("ses_1", 4, 4)], typing).sessions.get("ses_1")!, NOW)).toBe(false);
    const left = fold([{ type: "visitor_online", session_id: "ses_1", online: false }], typing).sessions.get("ses_1")!;
    expect(isTyping(left, NOW)).toBe(false);
    expect(left.summary.visitor.online).toBe(false);
  });

  it("own reading is shown at once and counts down what is unread", () => {
    const unread = fold(
      [{ type: "session", cursor: 11, session: sampleSummary("ses_1", { last_seq: 3, unread: 3 }) }],
      one,
    );
    expect(isNew(unread.sessions.get("ses_1")!)).toBe(true);
    const read = withAgentRead(unread, "ses_1", 2).sessions.get("ses_1")!;
    expect(read.summary).toMatchObject({ agent_read: 2, unread: 1 });
    expect(isNew(read)).toBe(false);
    expect(withAgentRead(withAgentRead(unread, "ses_1", 2), "ses_1", 1).sessions.get("ses_1")).toEqual(read);
  });

  it("F44: frames of a newer server, and those that are not for the picture, change nothing", () => {
    const newer = { type: "hologram", session_id: "ses_1" } as unknown as AgentServerFrame;
    expect(fold([newer, { type: "beat", at: NOW }, { type: "resync_required" }], one)).toBe(one);
  });
});

it("hello names the cursor and the last line of each session that has lines", () => {
  const two = fold([{ type: "session", cursor: 12, session: sampleSummary("ses_2") }], one);
  expect(resumePoint(two)).toEqual({ cursor: 12, generation: "life-1", sessions: { ses_1: 3 } });
  expect(resumePoint(EMPTY_WORKBENCH)).toEqual({ sessions: {} });
});
