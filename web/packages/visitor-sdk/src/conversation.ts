/**
 * The conversation as the page knows it, folded from the server's frames by a pure function. `prev` chains the
 * lines of each session (C03): a repeat is dropped, a gap is remembered and never guessed over (U1, U3).
 */
import type { VisitorConversation, VisitorEntry, VisitorHistory, VisitorServerFrame, VisitorSession } from "./types";

/** How far this page is. */
export interface LastSeen {
  readonly session_id: string;
  readonly seq: number;
  readonly generation?: string;
}

/** What is known of the lines of one session. */
export interface Span {
  /** Number of the last line up to which nothing is missing. */
  readonly tail: number;
  /** Highest number that is known to exist. */
  readonly head: number;
}

/** Everything the page shows of the conversation. */
export interface Conversation {
  readonly visitor: VisitorConversation["visitor"] | null;
  /** The open session, else the latest one. */
  readonly session: VisitorSession | null;
  /** All lines shown, oldest first, across sessions. */
  readonly entries: readonly VisitorEntry[];
  readonly has_earlier: boolean;
  readonly greeting: readonly string[];
  /** The life of the database that the lines are from; a restored backup begins another one. */
  readonly generation: string | null;
  /** By session id. */
  readonly spans: Readonly<Record<string, Span>>;
}

/** Before the first `welcome`. */
export const EMPTY_CONVERSATION: Conversation = {
  visitor: null,
  session: null,
  entries: [],
  has_earlier: false,
  greeting: [],
  generation: null,
  spans: {},
};

/** The conversation after a frame. Frames that are not about it, and types that this page does not know, change nothing. */
export function applyFrame(conversation: Conversation, frame: VisitorServerFrame): Conversation {
  switch (frame.type) {
    case "welcome":
      return frame.resumed ? resume(conversation, frame.conversation) : restart(frame.conversation);
    case "session":
      return applySession(conversation, frame.session);
    case "entries":
      return frame.entries.reduce(appendEntry, conversation);
    case "ack":
      return raiseHead(conversation, frame.session_id, frame.seq);
    case "ended":
    case "refused":
    case "typing":
    case "resync_required":
    case "going_away":
    case "beat":
      return conversation;
    default:
      frame satisfies never;
      return conversation;
  }
}

/** Where lines are missing: ask for those after `after_seq`. */
export function missing(conversation: Conversation): { session_id: string; after_seq: number } | null {
  for (const [session_id, span] of Object.entries(conversation.spans)) {
    if (span.head > span.tail) return { session_id, after_seq: span.tail };
  }
  return null;
}

/** The last line without a gap of the session shown, and the life of the database that it is from, for `hello`. */
export function lastSeen(conversation: Conversation): LastSeen | null {
  const { session, generation } = conversation;
  const span = session === null ? undefined : conversation.spans[session.id];
  if (session === null || span === undefined) return null;
  return { session_id: session.id, seq: span.tail, ...(generation === null ? {} : { generation }) };
}

/** The conversation with older lines before those that it has. */
export function prependHistory(conversation: Conversation, history: VisitorHistory): Conversation {
  const known = new Set(conversation.entries.map((entry) => entry.id));
  const older = history.entries.filter((entry) => !known.has(entry.id));
  const spans = { ...conversation.spans };
  for (const { session_id, seq } of older) {
    // Sessions before the one shown are over; what is not in the page is earlier, not missing.
    if (conversation.spans[session_id] === undefined) spans[session_id] = { tail: seq, head: seq };
  }
  return { ...conversation, entries: [...older, ...conversation.entries], has_earlier: history.has_earlier, spans };
}

function restart(fresh: VisitorConversation): Conversation {
  const spans: Record<string, Span> = {};
  for (const { session_id, seq } of fresh.entries) spans[session_id] = { tail: seq, head: seq };
  const session = fresh.session ?? null;
  if (session !== null) {
    const tail = spans[session.id]?.tail ?? session.last_seq;
    spans[session.id] = { tail, head: Math.max(tail, session.last_seq) };
  }
  const { visitor, entries, has_earlier, greeting, generation } = fresh;
  return { visitor, session, entries, has_earlier, greeting, generation, spans };
}

function resume(conversation: Conversation, news: VisitorConversation): Conversation {
  const known = { ...conversation, visitor: news.visitor, greeting: news.greeting, generation: news.generation };
  const extended = news.entries.reduce(appendEntry, known);
  return news.session === undefined ? extended : applySession(extended, news.session);
}

function applySession(conversation: Conversation, session: VisitorSession): Conversation {
  const known = conversation.session;
  // A late frame of a session that a newer one has followed.
  if (known !== null && known.id !== session.id && session.started_at < known.started_at) return conversation;
  return raiseHead({ ...conversation, session }, session.id, session.last_seq);
}

function raiseHead(conversation: Conversation, session_id: string, seq: number): Conversation {
  const span = conversation.spans[session_id] ?? { tail: 0, head: 0 };
  return {
    ...conversation,
    spans: { ...conversation.spans, [session_id]: { tail: span.tail, head: Math.max(span.head, seq) } },
  };
}

function appendEntry(conversation: Conversation, entry: VisitorEntry): Conversation {
  const { tail, head } = conversation.spans[entry.session_id] ?? { tail: 0, head: 0 };
  if (entry.seq <= tail) return conversation;
  if (entry.prev !== tail) return raiseHead(conversation, entry.session_id, entry.seq);
  const span = { tail: entry.seq, head: Math.max(head, entry.seq) };
  return {
    ...conversation,
    entries: insertAfterSession(conversation.entries, entry),
    spans: { ...conversation.spans, [entry.session_id]: span },
  };
}

/** Puts a line behind the others of its session; the first line of a new session comes last. */
function insertAfterSession(entries: readonly VisitorEntry[], entry: VisitorEntry): readonly VisitorEntry[] {
  const before = entries.findLastIndex((other) => other.session_id === entry.session_id);
  return before === -1 ? [...entries, entry] : entries.toSpliced(before + 1, 0, entry);
}
