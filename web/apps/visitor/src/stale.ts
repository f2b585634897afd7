/** Notices that a newer release of the page has taken this one's place: its parts that come later are gone. */
let isStale = false;
const listeners = new Set<() => void>();

/** A part did not come: for want of a network, or because there is a newer release. Asks the desk which. */
export async function partMissing(): Promise<void> {
  const answer = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
  if (answer?.ok !== true) return;
  isStale = true;
  for (const listener of listeners) listener();
}

export function isPageStale(): boolean {
  return isStale;
}

/** Calls back until the returned function is called. */
export function onStale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
