/** Full-jitter backoff without an end (U2): the range doubles from one second to thirty and stays there. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** After so many doublings the range has long been at its end. */
const DOUBLINGS = 5;

/** Counts failures and says how long to wait after each. */
export class Backoff {
  #failures = 0;

  /** `random` gives 0 up to, but without, 1. */
  constructor(private readonly random: () => number) {}

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure; answers the milliseconds to wait, at least `atLeast`. */
  fail(atLeast = 0): number {
    const range = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#failures, DOUBLINGS));
    this.#failures += 1;
    return Math.max(atLeast, Math.floor(this.random() * range));
  }

  /** It worked: the next failure starts from the beginning. */
  succeed(): void {
    this.#failures = 0;
  }
}
