/** Web locks of one browser, for tests: exclusive locks wait in line or are stolen, shared ones are given at once. */
interface Held {
  name: string;
  exclusive: boolean;
  lose: (error: DOMException) => void;
}

interface Waiting {
  name: string;
  give: () => void;
}

export class FakeLocks {
  #held: Held[] = [];
  #waiting: Waiting[] = [];

  /** As the browser hands it to a tab. */
  manager(): LockManager {
    return {
      query: () => Promise.resolve({ held: this.#held.map(({ name }) => ({ name })), pending: [] }),
      request: (name: string, options: LockOptions, whileHeld: () => Promise<void>) =>
        this.#request(name, options, whileHeld),
    } as unknown as LockManager;
  }

  #request(name: string, { mode, steal, signal }: LockOptions, whileHeld: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const exclusive = mode !== "shared";
      const give = () => {
        const held = { name, exclusive, lose: reject };
        this.#held.push(held);
        void whileHeld().then(() => {
          this.#drop(held);
          resolve();
        });
      };
      const owner = this.#held.find((held) => held.exclusive && exclusive && held.name === name);
      if (owner === undefined) give();
      else if (steal) {
        owner.lose(new DOMException("stolen", "AbortError"));
        this.#held = this.#held.filter((held) => held !== owner);
        give();
      } else this.#wait({ name, give }, signal, reject);
    });
  }

  #wait(waiting: Waiting, signal: AbortSignal | undefined, reject: (error: DOMException) => void): void {
    this.#waiting.push(waiting);
    signal?.addEventListener("abort", () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(new DOMException("aborted", "AbortError"));
    });
  }

  #drop(held: Held): void {
    if (!this.#held.includes(held)) return;
    this.#held = this.#held.filter((each) => each !== held);
    const next = held.exclusive ? this.#waiting.find(({ name }) => name === held.name) : undefined;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    next?.give();
  }
}
