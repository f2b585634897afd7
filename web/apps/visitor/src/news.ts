/** What the page around is told of the conversation: that something came, never what. */
import type { ClientState, VisitorEntry } from "@frontdesk/visitor-sdk";

import type { FromFrame } from "./widget/protocol";

/** What was told last. */
export interface Told {
  readonly isReady: boolean;
  readonly unread: number;
  readonly isRunning: boolean;
  readonly isKept: boolean;
  /** Newest message that did not come from the visitor. */
  readonly newest: string | null;
  readonly trouble: string | null;
}

export const NOTHING_TOLD: Told = {
  isReady: false,
  unread: 0,
  isRunning: false,
  isKept: true,
  newest: null,
  trouble: null,
};

/** What there is to tell now. */
export function toldOf(state: ClientState, isSeen: boolean): Told {
  const { session, entries } = state.conversation;
  const answers = entries.filter(isAnswer);
  const read = session?.visitor_read ?? 0;
  const unread = answers.filter((entry) => entry.session_id === session?.id && entry.seq > read).length;
  return {
    isReady: state.phase === "ready",
    unread: isSeen ? 0 : unread,
    isRunning: session !== null && session.stage !== "ended",
    isKept: state.is_persistent,
    newest: answers.at(-1)?.id ?? null,
    trouble: state.phase === "refused" ? (state.trouble?.code ?? null) : null,
  };
}

/** The messages that say what has changed. */
export function newsOf(before: Told, now: Told): FromFrame[] {
  const news: FromFrame[] = [];
  if (now.isReady && !before.isReady) news.push({ type: "ready" });
  // What stood there when the page was opened is no news.
  if (before.isReady && now.newest !== null && now.newest !== before.newest) news.push({ type: "message" });
  if (now.unread !== before.unread) news.push({ type: "unread", count: now.unread });
  if (now.isRunning !== before.isRunning)
    news.push({ type: "session", state: now.isRunning ? "started" : "ended", is_kept: now.isKept });
  if (now.trouble !== null && now.trouble !== before.trouble) news.push({ type: "error", code: now.trouble });
  return news;
}

function isAnswer(entry: VisitorEntry): boolean {
  return entry.author !== "visitor" && entry.body.kind === "message";
}
