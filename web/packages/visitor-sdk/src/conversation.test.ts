import { describe, expect, it } from "vitest";
import { applyFrame, EMPTY_CONVERSATION, lastSeen, missing, prependHistory, type Conversation } from "./conversation";
import type { VisitorEntry, VisitorServerFrame, VisitorSession } from "./types";

function line(seq: number, prev: number, session_id = "ses_1"): VisitorEntry {
  const body = { kind: "message", content: { type: "text", text: `line ${seq}` } } as const;
  return { session_id, seq, prev, id: `ent_${session_id}_${seq}`, at: seq, author: "agent", body };
}

function session(change: Partial<VisitorSession> = {}): VisitorSession {
  return { id: "ses_1", stage: "active", agent_read: 0, visitor_read: 0, last_seq: 0, started_at: 1, ...change };
}

const entries = (...list: VisitorEntry[]): VisitorServerFrame => ({
  type: "entries",
  session_id: list[0]?.session_id ?? "",
  entries: list,
});

function welcome(
  list: VisitorEntry[],
  resumed = false,
  of: VisitorSession = session({ last_seq: list.at(-1)?.seq ?? 0 }),
): VisitorServerFrame {
  const visitor = { id: "vis_1", nickname: "V" };
  return {
    type: "welcome",
    resumed,
    conversation: { visitor, session: of, entries: list, has_earlier: true, greeting: ["Hi"], generation: "life-1" },
  };
}

const fold = (...frames: VisitorServerFrame[]) => frames.reduce(applyFrame, EMPTY_CONVERSATION);
const numbers = (conversation: Conversation) => conversation.entries.map((entry) => entry.seq);

describe("applyFrame", () => {
  it("C03: chains the lines of the visitor's view, whose numbers have holes", () => {
    const conversation = fold(welcome([line(2, 0), line(5, 2)]), entries(line(6, 5), line(9, 6)));
    expect(numbers(conversation)).toEqual([2, 5, 6, 9]);
    expect(missing(conversation)).toBeNull();
    expect(lastSeen(conversation)).toEqual({ session_id: "ses_1", seq: 9, generation: "life-1" });
  });

  it("U3: drops repeats, whole or in part", () => {
    const conversation = fold(
      welcome([line(2, 0), line(5, 2)]),
      entries(line(2, 0), line(5, 2), line(6, 5)),
      entries(line(5, 2)),
    );
    expect(numbers(conversation)).toEqual([2, 5, 6]);
  });

  it("U1: sees a gap, shows nothing behind it, and closes it when the lines come", () => {
    const behind = fold(welcome([line(2, 0)]), entries(line(7, 5)));
    expect(numbers(behind)).toEqual([2]);
    expect(missing(behind)).toEqual({ session_id: "ses_1", after_seq: 2 });
    const whole = applyFrame(behind, entries(line(5, 2), line(7, 5)));
    expect(numbers(whole)).toEqual([2, 5, 7]);
    expect(missing(whole)).toBeNull();
  });

  it("U1: sees a missing line by the session's last number and by an ack", () => {
    const start = fold(welcome([line(2, 0)]));
    const bySession = applyFrame(start, { type: "session", session: session({ last_seq: 4 }) });
    expect(missing(bySession)).toEqual({ session_id: "ses_1", after_seq: 2 });
    const ack = { client_id: "a", session_id: "ses_1", seq: 4, entry_id: "ent", at: 1, replayed: false };
    expect(missing(applyFrame(start, { type: "ack", ...ack }))).toEqual({ session_id: "ses_1", after_seq: 2 });
  });

  it("adds to what the page has when resumed, replaces it when not", () => {
    const start = fold(welcome([line(2, 0), line(3, 2)]));
    expect(numbers(applyFrame(start, welcome([line(4, 3)], true)))).toEqual([2, 3, 4]);
    expect(numbers(applyFrame(start, welcome([line(9, 8)])))).toEqual([9]);
  });

  it("keeps the lines of earlier sessions before those of a new one", () => {
    const next = session({ id: "ses_2", started_at: 5 });
    const conversation = fold(
      welcome([line(2, 0)]),
      { type: "session", session: next },
      entries(line(1, 0, "ses_2")),
      // The old session's last word comes late.
      entries(line(3, 2)),
      entries(line(2, 1, "ses_2")),
    );
    expect(conversation.entries.map((entry) => entry.id)).toEqual([
      "ent_ses_1_2",
      "ent_ses_1_3",
      "ent_ses_2_1",
      "ent_ses_2_2",
    ]);
    expect(conversation.session?.id).toBe("ses_2");
    const late = applyFrame(conversation, { type: "session", session: session({ stage: "ended" }) });
    expect(late.session?.id).toBe("ses_2");
  });

  it("changes nothing for frames that are not about the conversation, or that it does not know", () => {
    const start = fold(welcome([line(2, 0)]));
    const newer = { type: "weather" } as unknown as VisitorServerFrame;
    for (const frame of [{ type: "beat", at: 1 }, { type: "typing" }, newer] as VisitorServerFrame[]) {
      expect(applyFrame(start, frame)).toBe(start);
    }
  });

  it("puts history before everything, once", () => {
    const start = fold(welcome([line(5, 3)]));
    const history = { entries: [line(1, 0, "ses_0"), line(3, 0), line(5, 3)], has_earlier: false };
    const conversation = prependHistory(prependHistory(start, history), history);
    expect(conversation.entries.map((entry) => entry.id)).toEqual(["ent_ses_0_1", "ent_ses_1_3", "ent_ses_1_5"]);
    expect(conversation.has_earlier).toBe(false);
    expect(missing(conversation)).toBeNull();
  });

  it("I24: whatever is lost, doubled or out of order, catching up ends with every line once, in order", () => {
    let seed = 42;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    for (let round = 0; round < 200; round += 1) {
      const all = Array.from({ length: 20 }, (_, at) => line(at + 1, at));
      const frames = all.flatMap((entry) =>
        random() < 0.3 ? [] : random() < 0.3 ? [entries(entry), entries(entry)] : [entries(entry)],
      );
      frames.sort(() => random() - 0.5);
      let conversation = fold(welcome([], false, session({ last_seq: 0 })), ...frames, {
        type: "session",
        session: session({ last_seq: 20 }),
      });
      const gap = missing(conversation);
      if (gap !== null) conversation = applyFrame(conversation, entries(...all.slice(gap.after_seq)));
      expect(numbers(conversation)).toEqual(all.map((entry) => entry.seq));
    }
  });
});
