import type { SessionSummary } from "@frontdesk/live/types";
import type { LiveSession } from "@frontdesk/live/workbench";
import type { Words } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";

import type { workbenchMessages } from "./workbench-messages";

type WorkbenchWords = Words<typeof workbenchMessages>;

/** A visitor's name as it is shown: hidden characters visible (T108). */
export function visitorName(session: LiveSession): string {
  return revealHidden(session.summary.visitor.nickname);
}

/** A message in one line, and when it was said. */
interface LastWords {
  text: string;
  at: number;
}

/**
 * The last message in one line (WORK-03). What a person said comes before what the flow said after it: the agent wants
 * to see the question, not the greeting.
 */
export function lastWords(session: LiveSession, t: WorkbenchWords): LastWords {
  const { last_message, started_at } = session.summary;
  if (last_message === undefined) return { text: t("noMessage"), at: started_at };
  const { kind, preview, author, at } = isPerson(last_message) ? last_message : (lastOfPerson(session) ?? last_message);
  const shown = revealHidden(preview);
  const text = { text: shown, image: t("image"), file: t("file", { name: shown }) }[kind];
  return { text: author.type === "agent" ? t("you", { text }) : text, at };
}

type LastMessage = NonNullable<SessionSummary["last_message"]>;

function isPerson({ author }: Pick<LastMessage, "author">): boolean {
  return author.type === "visitor" || author.type === "agent";
}

function lastOfPerson({ entries }: LiveSession): LastMessage | undefined {
  const entry = entries.findLast((each) => each.body.kind === "message" && isPerson(each));
  if (entry?.body.kind !== "message") return undefined;
  const { author, at, body } = entry;
  const { content } = body;
  return { author, at, kind: content.type, preview: content.type === "text" ? content.text : content.attachment.name };
}

/** Whether a visitor's name holds what is looked for (WORK-02). */
export function matches(session: LiveSession, query: string): boolean {
  return session.summary.visitor.nickname.toLowerCase().includes(query.trim().toLowerCase());
}
