/** Catches up over HTTP while the socket does not come up (networks that let no WebSocket through). */
import { TroubleError } from "./trouble";
import type { Environment } from "./environment";
import type { Trouble } from "./types";

const EVERY_VISIBLE_MS = 4_000;
const EVERY_HIDDEN_MS = 20_000;

/** Who is caught up. */
export interface FallbackOwner {
  /** Reads what is new and takes it in. */
  catchUp(): Promise<void>;
  /** Whether HTTP works has changed, or it has just worked again. */
  polled(trouble: Trouble | null): void;
}

/** Reads the conversation again and again while started. */
export class Fallback {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isWorking = false;
  #isBusy = false;

  constructor(
    private readonly env: Environment,
    private readonly owner: FallbackOwner,
  ) {}

  /** Whether the last read was answered. */
  get isWorking(): boolean {
    return this.#isStarted && this.#isWorking;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#poll();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isStarted = false;
    this.#isWorking = false;
  }

  /** Reads now. */
  wake(): void {
    if (this.#isStarted) void this.#poll();
  }

  async #poll(): Promise<void> {
    if (this.#isBusy) return;
    clearTimeout(this.#timer);
    this.#isBusy = true;
    const trouble = await this.owner.catchUp().then(
      () => null,
      (error: unknown) => {
        if (error instanceof TroubleError) return error.trouble;
        throw error;
      },
    );
    this.#isBusy = false;
    if (!this.#isStarted) return;
    this.#isWorking = trouble === null;
    const pause = this.env.isVisible() ? EVERY_VISIBLE_MS : EVERY_HIDDEN_MS;
    const spread = pause * (0.75 + this.env.random() / 2);
    this.#timer = setTimeout(() => void this.#poll(), Math.max(spread, (trouble?.retry_after ?? 0) * 1000));
    this.owner.polled(trouble);
  }
}
