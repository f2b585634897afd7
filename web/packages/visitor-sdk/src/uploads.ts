/** Files on their way up. They wait in memory, for a file cannot be kept in the browser's small storage. */
import { Backoff } from "@frontdesk/connection/backoff";

import type { VisitorApi } from "./api";
import { TroubleError } from "./trouble";
import type { Attachment, Trouble } from "./types";

/** A file that is not yet a message. */
export interface Upload {
  /** Becomes the message's `client_id`. */
  readonly key: string;
  readonly file: File;
  /** Place among the messages, milliseconds since 1970. */
  readonly order: number;
  /** Share that has gone out, 0 to 1. */
  readonly progress: number;
  /** Set when it was refused for good; then it waits for a person. */
  readonly trouble?: Trouble;
}

/** Who is told. */
export interface UploadsOwner {
  uploaded(upload: Upload, attachment: Attachment): void;
  changed(): void;
  random(): number;
}

/** Uploads one file at a time, repeating with the same key until it is answered. */
export class Uploads {
  #items: readonly Upload[] = [];
  #running: { readonly key: string; readonly abort: AbortController } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #backoff: Backoff;

  constructor(
    private readonly api: VisitorApi,
    private readonly owner: UploadsOwner,
  ) {
    this.#backoff = new Backoff(() => owner.random());
  }

  get items(): readonly Upload[] {
    return this.#items;
  }

  add(key: string, file: File, order: number): void {
    this.#items = [...this.#items, { key, file, order, progress: 0 }];
    this.owner.changed();
    this.pump();
  }

  /** Starts the next upload if none runs; also the way to try at once after a fault. */
  pump(): void {
    if (this.#running !== null || this.api.token === null) return;
    const next = this.#items.find((upload) => upload.trouble === undefined);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (next !== undefined) void this.#run(next);
  }

  retry(key: string): void {
    this.#items = this.#items.map((upload) => (upload.key === key ? withoutTrouble(upload) : upload));
    this.owner.changed();
    this.pump();
  }

  /** The writer changed their mind. */
  remove(key: string): void {
    this.#items = this.#items.filter((upload) => upload.key !== key);
    if (this.#running?.key === key) this.#running.abort.abort();
    this.owner.changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#items = [];
    this.#running?.abort.abort();
  }

  async #run(upload: Upload): Promise<void> {
    const { key, file } = upload;
    const abort = new AbortController();
    this.#running = { key, abort };
    try {
      const attachment = await this.api.upload(file, key, (progress) => this.#change(key, { progress }), abort.signal);
      this.#backoff.succeed();
      this.#running = null;
      if (this.#remove(key)) this.owner.uploaded(upload, attachment);
    } catch (error) {
      this.#running = null;
      if (!(error instanceof TroubleError)) throw error;
      this.#failed(key, error.trouble);
    }
    this.owner.changed();
    if (this.#timer === undefined) this.pump();
  }

  #failed(key: string, trouble: Trouble): void {
    if (trouble.class !== "retry") return this.#change(key, { trouble });
    this.#change(key, { progress: 0 });
    const delay = this.#backoff.fail((trouble.retry_after ?? 0) * 1000);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, delay);
  }

  #change(key: string, change: Partial<Upload>): void {
    this.#items = this.#items.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
    this.owner.changed();
  }

  #remove(key: string): boolean {
    const before = this.#items.length;
    this.#items = this.#items.filter((upload) => upload.key !== key);
    return this.#items.length < before;
  }
}

function withoutTrouble({ key, file, order, progress }: Upload): Upload {
  return { key, file, order, progress };
}
