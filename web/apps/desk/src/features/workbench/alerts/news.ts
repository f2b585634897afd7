/** What an agent has to be told of when the workbench changes (WORK-04). Pure: two pictures in, alerts out. */
import type { LiveSession, Workbench } from "@frontdesk/live/workbench";

/** Kinds of news, each with a switch of its own. */
export const NEWS_KINDS = ["session", "message"] as const;

/** A session came into service, or a visitor said something in one. */
export type NewsKind = (typeof NEWS_KINDS)[number];

/** One piece of news. */
export interface Alert {
  readonly kind: NewsKind;
  readonly session: LiveSession;
}

/**
 * What is new in `after`, at most one alert for each session. Nothing is new in the first picture that a page gets;
 * what came while the connection was lost is.
 */
export function dueAlerts(before: Workbench | undefined, after: Workbench): Alert[] {
  if (before === undefined || before.sessions === after.sessions) return [];
  return [...after.sessions.values()].flatMap((session) => {
    const kind = newsOf(before.sessions.get(session.summary.id), session);
    return kind === undefined ? [] : [{ kind, session }];
  });
}

/** The alerts without messages in sessions that somebody looks at. */
export function unseen(alerts: readonly Alert[], shown: ReadonlySet<string>): Alert[] {
  return alerts.filter(({ kind, session }) => kind === "session" || !shown.has(session.summary.id));
}

/** Whether nothing about this session is left to be told: it has left the list, or was read to its end. */
export function isSettled(session: LiveSession | undefined): boolean {
  return session === undefined || (session.summary.agent_read > 0 && session.summary.unread === 0);
}

function newsOf(before: LiveSession | undefined, { summary }: LiveSession): NewsKind | undefined {
  if (summary.stage !== "active") return undefined;
  if (before?.summary.stage !== "active") return "session";
  // Only visitors' messages count as unread. The count alone may also grow because a read mark crossed the answer.
  const isLonger = summary.last_seq > before.summary.last_seq;
  return isLonger && summary.unread > before.summary.unread ? "message" : undefined;
}
