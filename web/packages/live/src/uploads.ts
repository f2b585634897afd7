/**
 * Files on their way to a session: one after the other per session, so that they arrive in the order they were chosen.
 * A file becomes a message once the server has it; what failed waits for a person. Lives as long as the page.
 */
import { troubleOf, type Trouble } from "@frontdesk/api-client/problem";

import type { Attachment } from "./types";

/** A file under way. */
export interface Upload {
  readonly id: string;
  readonly session_id: string;
  readonly file: File;
  /** 0 to 1. */
  readonly progress: number;
  /** Why it failed; nothing while it waits or runs. */
  readonly trouble?: Trouble;
}

/** What uploads need of their surroundings. */
export interface UploadsOwner {
  /** Makes a key that nobody else makes. */
  newKey(): string;
  /** Sends one file; fails with a `ProblemError`. */
  send(upload: Upload, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment>;
  /** The server has it. */
  uploaded(sessionId: string, attachment: Attachment): void;
}

/** All files under way. */
export class Uploads {
  #items: readonly Upload[] = [];
  readonly #running = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();

  constructor(private readonly owner: UploadsOwner) {}

  /** The files; a new array after each change. */
  readonly items = (): readonly Upload[] => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(sessionId: string, files: readonly File[]): void {
    const added = files.map((file) => ({ id: this.owner.newKey(), session_id: sessionId, file, progress: 0 }));
    this.#set([...this.#items, ...added]);
    this.#next(sessionId);
  }

  /** Sends a failed file again, under its old key. */
  sendAgain(id: string): void {
    this.#change(id, ({ trouble: _, ...rest }) => ({ ...rest, progress: 0 }));
    const sessionId = this.#find(id)?.session_id;
    if (sessionId !== undefined) this.#next(sessionId);
  }

  /** Stops a file and forgets it. */
  discard(id: string): void {
    const sessionId = this.#find(id)?.session_id;
    this.#running.get(id)?.abort();
    this.#running.delete(id);
    this.#set(this.#items.filter((item) => item.id !== id));
    if (sessionId !== undefined) this.#next(sessionId);
  }

  /** Stops everything, when the sign-in is over. */
  stop(): void {
    for (const running of this.#running.values()) running.abort();
    this.#running.clear();
    this.#set([]);
  }

  #next(sessionId: string): void {
    const waiting = this.#items.filter((item) => item.session_id === sessionId && item.trouble === undefined);
    const next = waiting[0];
    if (next !== undefined && !waiting.some(({ id }) => this.#running.has(id))) void this.#run(next);
  }

  async #run(item: Upload): Promise<void> {
    const controller = new AbortController();
    this.#running.set(item.id, controller);
    const progress = (part: number) => this.#change(item.id, (before) => ({ ...before, progress: part }));
    try {
      const attachment = await this.owner.send(item, progress, controller.signal);
      if (controller.signal.aborted) return;
      this.#set(this.#items.filter(({ id }) => id !== item.id));
      this.owner.uploaded(item.session_id, attachment);
    } catch (error) {
      if (controller.signal.aborted) return;
      const trouble = troubleOf(error) ?? { code: "offline", class: "retry", message: "" };
      this.#change(item.id, (before) => ({ ...before, trouble }));
    }
    this.#running.delete(item.id);
    this.#next(item.session_id);
  }

  #find(id: string): Upload | undefined {
    return this.#items.find((item) => item.id === id);
  }

  #change(id: string, change: (item: Upload) => Upload): void {
    this.#set(this.#items.map((item) => (item.id === id ? change(item) : item)));
  }

  #set(items: readonly Upload[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}
