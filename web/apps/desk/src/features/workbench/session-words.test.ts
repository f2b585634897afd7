import type { Entry, SessionSummary } from "@frontdesk/live/types";
import type { LiveSession } from "@frontdesk/live/workbench";
import { sampleEntry, sampleSummary, START } from "@frontdesk/live/testing/samples";
import { translator } from "@frontdesk/ui/i18n/messages";
import { expect, it } from "vitest";

import { lastWords, matches, visitorName } from "./session-words";
import { workbenchMessages } from "./workbench-messages";

const t = translator(workbenchMessages, "en");

function session(summary: Partial<SessionSummary>, entries: Entry[] = []): LiveSession {
  return { summary: sampleSummary("ses_1", summary), entries, isBehind: false, typingAt: 0 };
}

const said = (type: "visitor" | "flow", preview: string) => ({
  preview,
  kind: "text" as const,
  author: { type },
  at: START + 9,
});

it("WORK-03: the row shows the last message", () => {
  expect(lastWords(session({ last_message: said("visitor", "where is it?") }), t)).toEqual({
    text: "where is it?",
    at: START + 9,
  });
  const mine = { ...said("visitor", "soon"), author: { type: "agent" as const, agent_id: "agt_1" } };
  expect(lastWords(session({ last_message: mine }), t).text).toBe("Me: soon");
  expect(lastWords(session({}), t).text).toBe("Nothing said yet");
});

it("WORK-03: the visitor's question is shown, not the flow's greeting after it", () => {
  const greeted = session({ last_message: said("flow", "Ann is with you") }, [
    sampleEntry("ses_1", 1),
    sampleEntry("ses_1", 2, { author: { type: "flow" } }),
  ]);
  expect(lastWords(greeted, t).text).toBe("line 1");
  expect(lastWords(session({ last_message: said("flow", "Ann is with you") }), t).text).toBe("Ann is with you");
});

it("T108: hidden characters in names and messages are seen", () => {
  const tricky = session({ last_message: said("visitor", "a\u202eb") });
  expect(lastWords(tricky, t).text).toBe("a[U+202E]b");
  const named = session({ visitor: { ...tricky.summary.visitor, nickname: "x\u200by" } });
  expect(visitorName(named)).toBe("x[U+200B]y");
});

it("WORK-02: search looks for a part of the nickname, whatever the case", () => {
  const lin = session({ visitor: { ...session({}).summary.visitor, nickname: "Lin 林" } });
  expect(["lin", " 林 ", ""].map((query) => matches(lin, query))).toEqual([true, true, true]);
  expect(matches(lin, "ann")).toBe(false);
});
