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
  const text = wordsOf(kind, shown, t);
  return { text: author.type === "agent" ? t("you", { text }) : text, at };
}

/** What a list shows of a message: a sign for what is no text, then its preview. */
function wordsOf(kind: LastMessage["kind"], shown: string, t: WorkbenchWords): string {
  switch (kind) {
    case "image":
    case "linked_image":
      return t("image");
    case "file":
      return t("file", { name: shown });
    case "text":
    case "card":
    case "menu":
    case "form":
    case "rating":
      return shown;
  }
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
  return { author, at, kind: content.type, preview: previewOf(content) };
}

function previewOf(content: Extract<Body, { kind: "message" }>["content"]): string {
  switch (content.type) {
    case "text":
      return content.text;
    case "image":
    case "file":
      return content.attachment.name;
    case "linked_image":
      return content.alt;
    case "card":
    case "menu":
    case "form":
      return content.header;
    case "rating":
      return content.head;
  }
}

type Body = LiveSession["entries"][number]["body"];

/** Whether a visitor's name holds what is looked for (WORK-02). */
export function matches(session: LiveSession, query: string): boolean {
  return session.summary.visitor.nickname.toLowerCase().includes(query.trim().toLowerCase());
}
