/** A call that the page cannot do without: repeated with backoff until it is answered, or refused for good. */
import { Backoff } from "@frontdesk/connection/backoff";

import { troubleOf } from "./trouble";
import type { Environment } from "./environment";
import type { Trouble } from "./types";

/** Who waits for the answer. */
export interface PersistentOwner<Answer> {
  call(): Promise<Answer>;
  done(answer: Answer): void;
  /** `retry_at`: when it is tried again, milliseconds since 1970; `null`: it will not be. */
  failed(trouble: Trouble, retry_at: number | null): void;
}

/** Repeats one call. */
export class Persistent<Answer> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rises with each start and stop; answers to calls before are void. */
  #generation = 0;
  #isRunning = false;
  readonly #backoff: Backoff;

  constructor(
    private readonly env: Environment,
    private readonly owner: PersistentOwner<Answer>,
  ) {
    this.#backoff = new Backoff(() => env.random());
  }

  start(): void {
    this.stop();
    void this.#run(this.#generation);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isRunning = false;
    this.#generation += 1;
  }

  /** Tries now if it waits. */
  wake(): void {
    if (this.#timer !== undefined && !this.#isRunning) this.start();
  }

  async #run(generation: number): Promise<void> {
    this.#isRunning = true;
    try {
      const answer = await this.owner.call();
      if (generation !== this.#generation) return;
      this.#isRunning = false;
      this.#backoff.succeed();
      this.owner.done(answer);
    } catch (error) {
      const trouble = troubleOf(error);
      if (generation !== this.#generation) return;
      this.#isRunning = false;
      this.#failed(trouble);
    }
  }

  #failed(trouble: Trouble): void {
    if (trouble.class !== "retry") return this.owner.failed(trouble, null);
    const delay = this.#backoff.fail((trouble.retry_after ?? 0) * 1000);
    this.#timer = setTimeout(() => this.start(), delay);
    this.owner.failed(trouble, this.env.now() + delay);
  }
}
