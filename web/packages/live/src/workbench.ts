/** What an agent's page knows, as one value; and the questions one asks it. Nothing here touches the world. */
import type { Entry, Me, QueueCount, SessionSummary } from "./types";

/** How long a typing sign lasts, in milliseconds. */
export const TYPING_MS = 5_000;
/** Most sessions that `hello` may name. */
const HELLO_SESSIONS_MAX = 500;

/** One session in the list, with the lines that are known of it. */
export interface LiveSession {
  readonly summary: SessionSummary;
  /** Known lines, oldest first, each the one after the line before it (C03). */
  readonly entries: readonly Entry[];
  /** A line came that does not follow the last known one: the lines between are asked for. */
  readonly isBehind: boolean;
  /** When the visitor's last key was heard of, in milliseconds since 1970; 0 when not typing. */
  readonly typingAt: number;
}

/** Everything an agent's page shows of the live desk. */
export interface Workbench {
  /** Place in the agent's stream (C04); nothing before the first `welcome`. */
  readonly cursor: number | undefined;
  /** The life of the database that all this is from; a restored backup begins another one. */
  readonly generation: string | undefined;
  readonly me: Me | undefined;
  readonly queues: readonly QueueCount[];
  readonly sessions: ReadonlyMap<string, LiveSession>;
}

/** What a page knows before it has heard anything. */
export const EMPTY_WORKBENCH: Workbench = {
  cursor: undefined,
  generation: undefined,
  me: undefined,
  queues: [],
  sessions: new Map(),
};

/** Number of the last line that is known of a session; 0 when none is. */
export function lastSeq(session: LiveSession): number {
  return session.entries.at(-1)?.seq ?? 0;
}

/** Whether older lines of this very session exist that are not known yet. */
export function hasEarlier(session: LiveSession): boolean {
  const first = session.entries[0];
  return first === undefined ? session.summary.last_seq > 0 : first.prev > 0;
}

/** Whether lines are missing at the new end: a gap was seen, or the list knows of newer lines. */
export function isMissingLines(session: LiveSession): boolean {
  const isOpenWithout = session.entries.length === 0 && session.summary.stage === "active";
  const isLagging = session.entries.length > 0 && lastSeq(session) < session.summary.last_seq;
  return session.isBehind || isOpenWithout || isLagging;
}

/** Whether the visitor is typing at the moment `now`. */
export function isTyping(session: LiveSession, now: number): boolean {
  return session.typingAt > 0 && now - session.typingAt < TYPING_MS;
}

/** A session that its agent has never looked at (WORK-03). */
export function isNew(session: LiveSession): boolean {
  return session.summary.stage === "active" && session.summary.agent_read === 0;
}

/** Sessions being served: newest message or arrival on top (WORK-03). */
export function activeSessions(workbench: Workbench): LiveSession[] {
  return listed(workbench, "active", ({ summary }) =>
    Math.max(summary.last_message?.at ?? 0, summary.assigned_at ?? summary.started_at),
  );
}

/** Sessions that are over and not put away yet (WORK-21), the last ended on top. */
export function endedSessions(workbench: Workbench): LiveSession[] {
  return listed(workbench, "ended", ({ summary }) => summary.ended_at ?? summary.started_at);
}

/** Visitors' messages that nobody has read, over all open sessions (WORK-04). */
export function unreadTotal(workbench: Workbench): number {
  let total = 0;
  for (const { summary } of workbench.sessions.values()) total += summary.stage === "active" ? summary.unread : 0;
  return total;
}

/** What `hello` tells: how far this page is, and in which life of the database. */
export function resumePoint(workbench: Workbench): {
  cursor?: number;
  generation?: string;
  sessions: Record<string, number>;
} {
  const known = [...workbench.sessions.values()].filter((session) => session.entries.length > 0);
  const newest = known.sort((one, other) => other.summary.started_at - one.summary.started_at);
  const sessions = Object.fromEntries(
    newest.slice(0, HELLO_SESSIONS_MAX).map((session) => [session.summary.id, lastSeq(session)]),
  );
  const { cursor, generation } = workbench;
  return {
    ...(cursor === undefined ? {} : { cursor }),
    ...(generation === undefined ? {} : { generation }),
    sessions,
  };
}

function listed(
  workbench: Workbench,
  stage: SessionSummary["stage"],
  rank: (session: LiveSession) => number,
): LiveSession[] {
  return [...workbench.sessions.values()]
    .filter((session) => session.summary.stage === stage)
    .sort((one, other) => rank(other) - rank(one) || compareIds(other.summary.id, one.summary.id));
}

/** Ids are ordered by time, so the later one of two equals is the larger. */
function compareIds(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
