/** Folds what the server says into what the page knows. Pure: the same frames always give the same picture (I24). */
import { withNewEntries } from "./entries";
import type { AgentServerFrame, SessionSummary } from "./types";
import type { LiveSession, Workbench } from "./workbench";

/**
 * The workbench after `frame`, which came at `now` (milliseconds since 1970). Frames that change nothing that is
 * shown give back the very same value.
 */
export function applyFrame(workbench: Workbench, frame: AgentServerFrame, now: number): Workbench {
  switch (frame.type) {
    case "welcome":
      return welcomed(workbench, frame);
    case "session":
      return isOutdated(workbench, frame.cursor)
        ? workbench
        : { ...withSession(workbench, known(workbench, frame.session)), cursor: frame.cursor };
    case "removed":
      return isOutdated(workbench, frame.cursor)
        ? workbench
        : { ...workbench, sessions: without(workbench.sessions, frame.session_id), cursor: frame.cursor };
    case "entries":
      return change(workbench, frame.session_id, (session) => withNewEntries(session, frame.entries));
    case "read":
      return change(workbench, frame.session_id, (session) => readByVisitor(session, frame.visitor_read));
    case "visitor_online":
      return change(workbench, frame.session_id, (session) => ({
        ...session,
        summary: { ...session.summary, visitor: { ...session.summary.visitor, online: frame.online } },
        typingAt: frame.online ? session.typingAt : 0,
      }));
    case "typing":
      return change(workbench, frame.session_id, (session) => ({ ...session, typingAt: now }));
    case "me":
      return { ...workbench, me: frame.me };
    case "queues":
      return { ...workbench, queues: frame.queues };
    case "ack":
    case "refused":
    case "resync_required":
    case "kicked":
    case "going_away":
    case "beat":
      return workbench;
    default:
      return ignored(workbench, frame);
  }
}

/** The agent has seen everything up to `seq`: shown at once, the server's `session` frame confirms it. */
export function withAgentRead(workbench: Workbench, sessionId: string, seq: number): Workbench {
  return change(workbench, sessionId, (session) => {
    if (seq <= session.summary.agent_read) return session;
    const unread = session.entries.filter((entry) => entry.seq > seq && isFromVisitor(entry)).length;
    return { ...session, summary: { ...session.summary, agent_read: seq, unread } };
  });
}

/** The workbench with one session changed; the very same when the session is unknown or stays as it was. */
export function change(
  workbench: Workbench,
  sessionId: string,
  changed: (session: LiveSession) => LiveSession,
): Workbench {
  const before = workbench.sessions.get(sessionId);
  const after = before && changed(before);
  return after === undefined || after === before ? workbench : withSession(workbench, after);
}

/**
 * The whole list replaces what was known. Lines stay, for their numbers hold over any break; but not over a backup that
 * was restored, after which the same number may be another line (C17).
 */
function welcomed(workbench: Workbench, frame: AgentServerFrame & { type: "welcome" }): Workbench {
  const { cursor, generation, me, queues } = frame;
  const before = workbench.generation === generation ? workbench : { ...workbench, sessions: new Map() };
  const sessions = new Map(frame.sessions.map((summary) => [summary.id, known(before, summary)]));
  return { cursor, generation, me, queues, sessions };
}

function known(workbench: Workbench, summary: SessionSummary): LiveSession {
  const before = workbench.sessions.get(summary.id);
  return { entries: [], isBehind: false, typingAt: 0, ...before, summary };
}

/** Frames of the list are states: one from before our place in the stream would turn the clock back. */
function isOutdated(workbench: Workbench, cursor: number): boolean {
  return workbench.cursor !== undefined && cursor < workbench.cursor;
}

function readByVisitor(session: LiveSession, seq: number): LiveSession {
  if (seq <= session.summary.visitor_read) return session;
  return { ...session, summary: { ...session.summary, visitor_read: seq } };
}

function isFromVisitor(entry: LiveSession["entries"][number]): boolean {
  return entry.author.type === "visitor" && entry.body.kind === "message";
}

function withSession(workbench: Workbench, session: LiveSession): Workbench {
  return { ...workbench, sessions: new Map(workbench.sessions).set(session.summary.id, session) };
}

function without(sessions: Workbench["sessions"], id: string): Workbench["sessions"] {
  const rest = new Map(sessions);
  rest.delete(id);
  return rest;
}

/** A newer server may say what this page does not know. */
function ignored(workbench: Workbench, _frame: never): Workbench {
  return workbench;
}
