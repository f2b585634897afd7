import type { ClientState, Pending, VisitorEntry, VisitorSession } from "@frontdesk/visitor-sdk";
import { initialState } from "@frontdesk/visitor-sdk/state";
import { describe, expect, it } from "vitest";

import { timeline, type Item } from "./timeline";

const MINUTE = 60_000;
const START = 1_000_000_000;

let seq = 0;

function line(
  author: VisitorEntry["author"],
  text: string,
  at: number,
  change: Partial<VisitorEntry> = {},
): VisitorEntry {
  seq += 1;
  const body = { kind: "message", content: { type: "text", text } } as const;
  return { session_id: "ses_1", seq, prev: seq - 1, id: `ent_${seq}`, at: START + at, author, body, ...change };
}

function state(
  entries: VisitorEntry[],
  session: Partial<VisitorSession> | null = {},
  pending: Pending[] = [],
): ClientState {
  const whole: VisitorSession = {
    id: "ses_1",
    stage: "active",
    agent_read: 0,
    visitor_read: 0,
    last_seq: seq,
    started_at: START,
    ...session,
  };
  const empty = initialState(null, true);
  const conversation = {
    ...empty.conversation,
    entries,
    session: session === null ? null : whole,
    greeting: ["Hi", "How can we help?"],
    generation: "life-1",
  };
  return { ...empty, phase: "ready", conversation, pending };
}

/** One word for each line of the page. */
function shown(items: Item[]): string[] {
  return items.map((item) => {
    if (item.kind === "time") return `time ${(item.at - START) / MINUTE}`;
    if (item.kind === "system") return item.event.kind;
    const who = item.speaker.kind === "agent" ? item.speaker.name : item.speaker.kind;
    const what = item.said.type === "text" ? item.said.text : item.said.type;
    return `${who}: ${what}${item.mark === null ? "" : ` (${item.mark})`}${item.opens ? "" : " +"}`;
  });
}

const assigned = { kind: "assigned", nickname: "Ann", staff_no: "1001" } as const;

describe("timeline", () => {
  it("greets until there is a session", () => {
    expect(shown(timeline(state([], null)))).toEqual(["desk: Hi", "desk: How can we help? +"]);
    expect(shown(timeline(state([], {})))).toEqual([]);
  });

  it("CHAN-03: time lines after five minutes, system lines, the agent's nickname, grouped bubbles", () => {
    seq = 0;
    const items = timeline(
      state([
        line("visitor", "hello", 0),
        line("flow", "one moment", 1_000),
        line("system", "", 2_000, { author: "system", body: assigned }),
        line("agent", "good morning", 3 * MINUTE),
        line("agent", "how can I help?", 4 * MINUTE),
        line("visitor", "like this", 9 * MINUTE),
        line("system", "", 9 * MINUTE, { body: { kind: "ended", by: "agent" } }),
      ]),
    );
    expect(shown(items)).toEqual([
      "time 0",
      "visitor: hello (sent)",
      "desk: one moment",
      "assigned",
      "Ann: good morning",
      "Ann: how can I help? +",
      "time 9",
      "visitor: like this (sent)",
      "ended",
    ]);
  });

  it("CHAN-03: read marks stand on own messages, once per run", () => {
    seq = 0;
    const entries = [
      line("visitor", "a", 0),
      line("visitor", "b", 1),
      line("visitor", "c", 2),
      line("visitor", "d", 3),
    ];
    expect(shown(timeline(state(entries, { agent_read: 2 })))).toEqual([
      "time 0",
      "visitor: a",
      "visitor: b (read) +",
      "visitor: c +",
      "visitor: d (sent) +",
    ]);
  });

  it("marks nothing of earlier sessions, whose read marks are not known", () => {
    seq = 0;
    const entries = [line("visitor", "old", 0, { session_id: "ses_0" }), line("visitor", "new", 1)];
    expect(shown(timeline(state(entries, { agent_read: 0 })))).toEqual([
      "time 0",
      "visitor: old",
      "visitor: new (sent) +",
    ]);
  });

  it("names the agent from the session when the line that named them is not on the page", () => {
    seq = 10;
    const session = { agent: { nickname: "Ann", staff_no: "1001" } };
    expect(shown(timeline(state([line("agent", "hi", 0)], session)))).toEqual(["time 0", "Ann: hi"]);
  });

  it("keeps the element of a message when its line arrives", () => {
    const pending: Pending = {
      key: "key1",
      order: START,
      content: { type: "text", text: "hello" },
      state: "sending",
      progress: 1,
      trouble: null,
    };
    const before = timeline(state([], {}, [pending]));
    const after = timeline(state([line("visitor", "hello", 0, { client_id: "key1" })]));
    expect(shown(before)).toEqual(["time 0", "visitor: hello (sending)"]);
    expect(after.at(-1)?.key).toBe(before.at(-1)?.key);
  });

  it("MSG-15: a later line that says what was chosen has no place of its own", () => {
    seq = 0;
    const sales = { id: "a", content: "Sales", desc: "" };
    const asked = line("flow", "", 0, {
      body: { kind: "message", content: { type: "menu", header: "What?", items: [sales], tail: "" } },
    });
    const chosen = line("visitor", "", 1_000, { body: { kind: "selected", line: asked.seq, choice: sales } });
    const items = timeline(state([asked, chosen], { stage: "in_flow" }));
    expect(items.map((item) => (item.kind === "message" ? item.said.type : item.kind))).toEqual(["time", "typed"]);
  });
});
