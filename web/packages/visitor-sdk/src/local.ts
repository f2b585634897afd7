/** Names of what is kept in the browser. What belongs to a visitor carries the visitor's id (U25). */
import type { Store } from "./store";

/** Stands for the visitor until the server has named one. */
export const NEWCOMER = "newcomer";

/** Whose state it is. Neither channel keys nor ids hold a dot. */
export function scopeOf(channel: string, visitor_id: string): string {
  return `${channel}.${visitor_id}`;
}

/** Title and colour of a channel, for the next first paint. */
export function channelKey(channel: string): string {
  return `frontdesk.channel.${channel}`;
}

export function draftKey(scope: string): string {
  return `frontdesk.draft.${scope}`;
}

/** What the keys of unsent messages begin with; their `client_id` follows. */
export function outboxPrefix(scope: string): string {
  return `frontdesk.outbox.${scope}.`;
}

/** Forgets drafts and messages of everybody else who used this channel in this browser. */
export function forgetOthers(store: Store, channel: string, visitor_id: string): void {
  const ours = [visitor_id, NEWCOMER].map((visitor) => scopeOf(channel, visitor));
  const isOf = (scope: string) => (key: string) => key === draftKey(scope) || key.startsWith(outboxPrefix(scope));
  const isOfChannel = (key: string) =>
    key.startsWith(draftKey(`${channel}.`)) || key.startsWith(`frontdesk.outbox.${channel}.`);
  for (const key of store.keys()) {
    if (isOfChannel(key) && !ours.some((scope) => isOf(scope)(key))) store.remove(key);
  }
}
