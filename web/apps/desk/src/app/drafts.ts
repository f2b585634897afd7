/** Texts that were begun and not sent, one per session; they survive a reload. */
import type { KeyStore } from "@frontdesk/live/environment";

const PREFIX = "frontdesk.draft.";

/** The drafts of one agent. */
export class Drafts {
  readonly #prefix: string;
  #texts: ReadonlyMap<string, string>;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly store: KeyStore,
    agentId: string,
  ) {
    this.#prefix = `${PREFIX}${agentId}.`;
    const kept = store.keys().filter((key) => key.startsWith(this.#prefix));
    this.#texts = new Map(kept.map((key) => [key.slice(this.#prefix.length), store.get(key) ?? ""]));
  }

  /** Session → text; a new map after each change. */
  readonly texts = (): ReadonlyMap<string, string> => this.#texts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Keeps a text; an empty one is forgotten. */
  set(sessionId: string, text: string): void {
    const texts = new Map(this.#texts);
    if (text === "") {
      texts.delete(sessionId);
      this.store.remove(this.#prefix + sessionId);
    } else {
      texts.set(sessionId, text);
      this.store.set(this.#prefix + sessionId, text);
    }
    this.#texts = texts;
    for (const listener of this.#listeners) listener();
  }

  /** Forgets the drafts of sessions that are not listed any more. */
  keepOnly(sessionIds: ReadonlySet<string>): void {
    for (const id of this.#texts.keys()) if (!sessionIds.has(id)) this.set(id, "");
  }

  /** Forgets all, when the agent signs out (T422). */
  clear(): void {
    this.keepOnly(new Set());
  }
}
