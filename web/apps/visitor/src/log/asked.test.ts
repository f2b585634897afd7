import type { VisitorEntry, VisitorSession } from "@frontdesk/visitor-sdk";
import { initialState } from "@frontdesk/visitor-sdk/state";
import { describe, expect, it } from "vitest";

import { outcomeOf } from "./asked";

type Body = VisitorEntry["body"];

const sales = { id: "a", content: "Sales", desc: "" };
const menu: Body = { kind: "message", content: { type: "menu", header: "What?", items: [sales], tail: "" } };
const chose = (line: number): Body => ({ kind: "selected", line, choice: sales });
const level = { id: "101", content: "Good", value: 5 };
const rating: Body = {
  kind: "message",
  content: {
    type: "rating",
    head: "How was it?",
    tail: "Thanks",
    style: "stars",
    levels: [level],
    valid_hours: 1,
    expires_at: 1,
    wants_comment: true,
    started_by: "at_end",
  },
};

function line(seq: number, body: Body, session_id = "ses_1"): VisitorEntry {
  return { session_id, seq, prev: seq - 1, id: `ent_${session_id}_${seq}`, at: seq, author: "flow", body };
}

function conversation(entries: VisitorEntry[], stage: VisitorSession["stage"]) {
  const session = { id: "ses_1", stage, agent_read: 0, visitor_read: 0, last_seq: 9, started_at: 0 };
  return { ...initialState(null, true).conversation, entries, session };
}

describe("outcomeOf", () => {
  it("MSG-15: a later line of the same session says what was chosen", () => {
    const asked = line(1, menu);
    const outcome = (...later: VisitorEntry[]) => outcomeOf(asked, conversation([asked, ...later], "in_flow"));
    expect(outcome()).toEqual({ answer: null, isOpen: true });
    expect(outcome(line(2, chose(1)))).toEqual({ answer: "Sales", isOpen: false });
    expect(outcome(line(2, chose(1), "ses_2"))).toEqual({ answer: null, isOpen: true });
    expect(outcome(line(3, chose(2)))).toEqual({ answer: null, isOpen: true });
  });

  it("FLOW-06: only the newest question of a session in its flow can be clicked", () => {
    const two = [line(1, menu), line(2, menu)];
    const open = (stage: VisitorSession["stage"]) =>
      two.map((asked) => outcomeOf(asked, conversation(two, stage)).isOpen);
    expect(open("in_flow")).toEqual([false, true]);
    expect(open("active")).toEqual([false, false]);
  });

  it("RATE-02: a rating stays open after the end of its session until it is answered", () => {
    const asked = line(1, rating);
    expect(outcomeOf(asked, conversation([asked], "ended"))).toEqual({ answer: null, isOpen: true });
    const rated = line(2, { kind: "rated", line: 1, answer: { level } });
    expect(outcomeOf(asked, conversation([asked, rated], "ended"))).toEqual({ answer: "Good", isOpen: false });
  });
});
