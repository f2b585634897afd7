/** Joining lines of a session: repeats are dropped, and what does not follow the last known line is a gap (C03). */
import type { LiveSession } from "./workbench";
import type { Entry } from "./types";

/** The session with lines that came at its new end. */
export function withNewEntries(session: LiveSession, incoming: readonly Entry[]): LiveSession {
  const entries = [...session.entries];
  let isBehind = session.isBehind;
  for (const entry of inOrder(incoming)) {
    const last = entries.at(-1);
    if (last !== undefined && entry.seq <= last.seq) continue;
    if (last !== undefined && entry.prev !== last.seq) {
      isBehind = true;
      break;
    }
    entries.push(entry);
    isBehind = false;
  }
  const added = entries.slice(session.entries.length);
  if (added.length === 0) return isBehind === session.isBehind ? session : { ...session, isBehind };
  const hasVisitorSpoken = added.some(({ author }) => author.type === "visitor");
  return { ...session, entries, isBehind, typingAt: hasVisitorSpoken ? 0 : session.typingAt };
}

/** The session with older lines in front. Those that do not lead up to the first known line are not taken. */
export function withEarlierEntries(session: LiveSession, incoming: readonly Entry[]): LiveSession {
  const first = session.entries[0];
  if (first === undefined) return withNewEntries(session, incoming);
  const older: Entry[] = [];
  let wanted = first.prev;
  for (const entry of inOrder(incoming).reverse()) {
    if (entry.seq > wanted) continue;
    if (entry.seq < wanted) break;
    older.unshift(entry);
    wanted = entry.prev;
  }
  return older.length === 0 ? session : { ...session, entries: [...older, ...session.entries] };
}

function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((one, other) => one.seq - other.seq);
}
