import { describe, expect, it } from "vitest";

import { historyLines, sessionLines, type Entry, type Line, type UnsentMessage } from "./lines";

const START = Date.UTC(2026, 10, 3, 9, 0);

function entry(seq: number, change: Partial<Entry> = {}): Entry {
  return {
    session_id: "ses_1",
    seq,
    prev: seq - 1,
    id: `ent_${seq}`,
    at: START + seq * 1000,
    author: { type: "visitor" },
    body: { kind: "message", content: { type: "text", text: `line ${seq}` } },
    ...change,
  };
}

const byAgent = (seq: number, change: Partial<Entry> = {}) =>
  entry(seq, { author: { type: "agent", agent_id: "agt_1" }, ...change });

const unsent = (client_id: string, change: Partial<UnsentMessage> = {}): UnsentMessage => ({
  client_id,
  content: { type: "text", text: "unsent" },
  order: START + 60_000,
  ...change,
});

const messages = (lines: Line[]) => lines.filter((line) => line.kind === "message");

describe("sessionLines", () => {
  it("puts bubbles of one side together until the other speaks", () => {
    const lines = messages(sessionLines([entry(1), entry(2), entry(3), byAgent(4)], [], 0));
    expect(lines.map(({ isFirst, isLast }) => [isFirst, isLast])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ]);
  });

  it("shows the time first and after five minutes of silence", () => {
    const lines = sessionLines([entry(1), entry(2), entry(3, { at: START + 10 * 60_000 })], [], 0);
    expect(lines.map(({ kind }) => kind)).toEqual(["time", "message", "message", "time", "message"]);
  });

  it("marks our messages as sent or read by number", () => {
    const lines = messages(sessionLines([byAgent(1), byAgent(2), entry(3)], [], 1));
    expect(lines.map(({ delivery }) => delivery?.kind)).toEqual(["read", "sent", undefined]);
  });

  it("MSG-15, RATE-02: what the visitor chose is shown where it was asked; a rating is told in the middle, too", () => {
    const items = [{ id: "a", content: "Sales", desc: "" }];
    const asked = entry(1, {
      author: { type: "flow" },
      body: { kind: "message", content: { type: "menu", header: "What?", items, tail: "" } },
    });
    const chosen = entry(2, { body: { kind: "selected", line: 1, choice: { id: "a", content: "Sales", desc: "" } } });
    const level = { id: "103", content: "Good", value: 5 };
    const rated = entry(3, { body: { kind: "rated", line: 1, answer: { level, comment: "Thanks" } } });
    expect(messages(sessionLines([asked], [], 0)).map((line) => line.chosen)).toEqual([undefined]);
    expect(messages(sessionLines([asked, chosen], [], 0)).map((line) => line.chosen)).toEqual(["Sales"]);
    const notices = sessionLines([asked, rated], [], 0).filter((line) => line.kind === "notice");
    expect(notices.map(({ notice }) => notice)).toEqual([
      { kind: "rated", level: "Good", value: 5, comment: "Thanks" },
    ]);
  });

  it("U3: an unsent message whose line has come is shown once, under the same key", () => {
    const before = messages(sessionLines([entry(1)], [unsent("key_1")], 0));
    const after = messages(
      sessionLines([entry(1), byAgent(2, { client_id: "key_1" })], [unsent("key_1", { seq: 2 })], 0),
    );
    expect(before.map(({ key }) => key)).toEqual(after.map(({ key }) => key));
    expect(after).toHaveLength(2);
  });

  it("WORK-09: tells sending, sent and failed apart", () => {
    const trouble = { code: "offline", class: "retry", message: "" } as const;
    const lines = messages(sessionLines([], [unsent("a"), unsent("b", { seq: 4 }), unsent("c", { trouble })], 0));
    expect(lines.map(({ delivery }) => delivery?.kind)).toEqual(["sending", "sent", "failed"]);
  });

  it("leaves the inner life of flow and queue out", () => {
    const inner: Entry[] = [
      entry(1, { body: { kind: "started" }, author: { type: "system" } }),
      entry(2, { body: { kind: "flow_step", node: "greet" }, author: { type: "flow" } }),
      entry(3, { body: { kind: "queued", skill_group_id: "grp_1", number: 7 }, author: { type: "flow" } }),
    ];
    expect(sessionLines(inner, [], 0)).toEqual([]);
  });

  it("tells who took the session and who ended it", () => {
    const lines = sessionLines(
      [entry(1, { author: { type: "system" }, body: { kind: "ended", by: "visitor" } })],
      [],
      0,
    );
    expect(lines.at(-1)).toMatchObject({ kind: "notice", notice: { kind: "ended", by: "visitor" } });
  });
});

describe("WORK-06: historyLines", () => {
  it("puts each earlier session under its divider, and the one at hand last", () => {
    const old = (session_id: string, seq: number) => byAgent(seq, { session_id, id: `${session_id} ${seq}` });
    const session = (id: string) => ({ id, source: "Website@web", started_at: START });
    const lines = historyLines(
      [old("ses_a", 1), old("ses_a", 2), old("ses_b", 1)],
      [session("ses_a"), session("ses_b")],
      START,
    );
    expect(lines.map(({ kind }) => kind).filter((kind) => kind !== "time")).toEqual([
      "session",
      "message",
      "message",
      "session",
      "message",
      "current",
    ]);
    expect(messages(lines).every(({ delivery }) => delivery === undefined)).toBe(true);
  });

  it("is nothing without earlier messages", () => {
    expect(historyLines([], [], START)).toEqual([]);
  });
});
