/** Takes over the unsent messages of pages that are gone, each by exactly one of the pages that are left. */
import type { Environment } from "./environment";
import type { Outbox } from "./outbox";
import { whenGone } from "./page";

/** Where pages cannot see each other live, a message that waits longer than this is taken over. */
const STALE_MS = 60_000;
const LOOK_EVERY_MS = 15_000;

/** Watches over the messages of other pages. */
export class Orphans {
  #watched = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #closing = new AbortController();

  constructor(
    private readonly env: Environment,
    private readonly outbox: Outbox,
    private readonly adopted: () => void,
  ) {}

  start(): void {
    this.look();
    // Two pages that take the same message over send it twice under one key, which the server knows (C02).
    if (this.env.locks === undefined) this.#timer = setInterval(() => this.#adoptStale(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  /** Another page has written something: watch that page, too. */
  look(): void {
    for (const owner of this.outbox.otherOwners()) {
      if (this.#watched.has(owner)) continue;
      this.#watched.add(owner);
      whenGone(this.env, owner, this.#closing.signal, () => {
        this.#watched.delete(owner);
        if (this.outbox.adopt(owner)) this.adopted();
      });
    }
  }

  #adoptStale(): void {
    if (this.outbox.adoptOlderThan(this.env.now() - STALE_MS)) this.adopted();
  }
}
