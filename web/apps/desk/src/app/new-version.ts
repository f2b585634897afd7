/**
 * Notices that a newer release of the desk has taken this page's place: its parts that come later are gone, and whatever
 * asked for one would fail without a word.
 */
let isStale = false;
const listeners = new Set<() => void>();

/** A part did not come: for want of a network, or because there is a newer release. Asks the desk which. */
async function partMissing(): Promise<void> {
  const answer = await fetch("/", { method: "HEAD" }).catch(() => null);
  if (answer?.ok !== true) return;
  isStale = true;
  for (const listener of listeners) listener();
}

/** Begins to look out; Vite tells of each part that did not come. */
export function watchForNewVersion(): void {
  window.addEventListener("vite:preloadError", () => void partMissing());
}

export function isPageStale(): boolean {
  return isStale;
}

/** Calls back until the returned function is called. */
export function onPageStale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
