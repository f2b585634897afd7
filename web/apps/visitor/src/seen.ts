/**
 * Whether somebody can see the chat. In a panel on another page the browser cannot tell: a frame that is folded away
 * counts as visible, and what comes meanwhile would be marked as read.
 */
let isPanelOpen = true;
const listeners = new Set<() => void>();

document.addEventListener("visibilitychange", changed);

function changed(): void {
  for (const listener of listeners) listener();
}

/** The panel around the chat was opened or closed. */
export function setPanelOpen(isOpen: boolean): void {
  isPanelOpen = isOpen;
  changed();
}

export function isSeen(): boolean {
  return isPanelOpen && document.visibilityState === "visible";
}

/** Calls back until the returned function is called. */
export function onSeenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
