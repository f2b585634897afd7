/**
 * Gives each open page a name that it holds as a Web Lock while it lives. A message in the outbox belongs to the
 * page that wrote it; when that page is gone, its lock falls free and exactly one other page takes the message over.
 */
import type { Environment } from "./environment";

const PAGE_KEY = "frontdesk.page";

/** This page's name, kept over a reload, and the end of its hold. */
export interface PageClaim {
  readonly name: string;
  release(): void;
}

/** Claims a name for this page; a page that was duplicated with its session storage gets a new one. */
export async function claimPage(env: Environment): Promise<PageClaim> {
  const kept = env.pageStorage.get(PAGE_KEY);
  const claim = kept === null ? null : await hold(env, kept);
  if (claim !== null) return claim;
  const name = env.newKey();
  env.pageStorage.set(PAGE_KEY, name);
  return (await hold(env, name)) ?? { name, release: () => undefined };
}

/** Runs `adopt` once the page of that name is gone; without locks nobody can tell, and it never runs. */
export function whenGone(env: Environment, name: string, signal: AbortSignal, adopt: () => void): void {
  env.locks?.request(lockName(name), { signal }, adopt).catch(() => {
    // Aborted: this page is closing too.
  });
}

/** Holds the lock of a name until released; nothing when another page has it. Without locks every name is free. */
function hold(env: Environment, name: string): Promise<PageClaim | null> {
  const locks = env.locks;
  if (locks === undefined) return Promise.resolve({ name, release: () => undefined });
  return new Promise((resolve) => {
    const held = (lock: Lock | null) => {
      if (lock === null) return resolve(null);
      return new Promise<void>((release) => resolve({ name, release }));
    };
    locks.request(lockName(name), { ifAvailable: true }, held).catch(() => resolve(null));
  });
}

function lockName(name: string): string {
  return `${PAGE_KEY}.${name}`;
}
