/** What became of a line that asked something: said by the lines after it, which a page always has (MSG-09, MSG-15, MSG-21). */
import type { Conversation, VisitorEntry } from "@frontdesk/visitor-sdk";

/** What became of a question. */
export interface Outcome {
  /** The text of what was chosen or filled in; the newest answer counts. */
  readonly answer: string | null;
  /** Whether a click still answers it. A rating also depends on the time. */
  readonly isOpen: boolean;
}

/** What became of `asked` so far. */
export function outcomeOf(asked: VisitorEntry, { entries, session }: Conversation): Outcome {
  const own = entries.filter((entry) => entry.session_id === asked.session_id);
  let answer: string | null = null;
  for (const { body } of own) {
    if (body.kind === "selected" && body.line === asked.seq) answer = body.choice.content;
    if (body.kind === "rated" && body.line === asked.seq) answer = body.answer.level.content;
  }
  // The flow waits for its newest question only.
  const isAwaited = session?.stage === "in_flow" && asked === own.findLast(isQuestion);
  return { answer, isOpen: answer === null && (isAwaited || contentOf(asked) === "rating") };
}

function isQuestion(entry: VisitorEntry): boolean {
  const content = contentOf(entry);
  return content === "menu" || content === "form";
}

function contentOf({ body }: VisitorEntry): string | undefined {
  return body.kind === "message" ? body.content.type : undefined;
}
