/** A browser in memory: storage shared by its pages, locks, a clock that vitest moves. */
import type { WakeReason } from "@frontdesk/connection/connection";
import type { Environment } from "../environment";
import { safeStore } from "../store";
import type { FakeDesk } from "./fake-desk";

/** Web Storage over a map. */
class MapStorage implements Storage {
  readonly map = new Map<string, string>();
  get length(): number {
    return this.map.size;
  }
  clear(): void {
    this.map.clear();
  }
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  key(at: number): string | null {
    return [...this.map.keys()][at] ?? null;
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
}

type Held = (lock: Lock | null) => unknown;

/** Exclusive locks with the two options that the SDK uses. */
class FakeLocks {
  readonly #queues = new Map<string, Held[]>();

  request(name: string, options: LockOptions | Held, callback?: Held): Promise<unknown> {
    const run = callback ?? (options as Held);
    const { ifAvailable, signal } = callback === undefined ? ({} as LockOptions) : (options as LockOptions);
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    if (ifAvailable === true && queue.length > 0) return Promise.resolve(run(null));
    return new Promise((resolve, reject) => {
      const turn: Held = (lock) => {
        if (signal?.aborted === true) return this.#next(name);
        void Promise.resolve(run(lock))
          .then(resolve, reject)
          .finally(() => this.#next(name));
      };
      queue.push(turn);
      if (queue.length === 1) turn({ name, mode: "exclusive" });
    });
  }

  #next(name: string): void {
    const queue = this.#queues.get(name) ?? [];
    queue.shift();
    queue[0]?.({ name, mode: "exclusive" });
  }
}

/** One page's session storage and listeners. */
export interface FakePage {
  readonly env: Environment;
  /** What the browser tells this page. */
  wake(reason: WakeReason): void;
  /** Uploads that the page has begun. */
  readonly requests: FakeRequest[];
}

/** The part of an XMLHttpRequest that an upload uses. */
export class FakeRequest {
  upload: { onprogress: ((event: { lengthComputable: boolean; loaded: number; total: number }) => void) | null } = {
    onprogress: null,
  };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = "";
  readonly headers: Record<string, string> = {};
  open(): void {}
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(): void {}
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

/** A browser with any number of pages. */
export class FakeBrowser {
  readonly storage = new MapStorage();
  readonly locks = new FakeLocks();
  readonly #storageListeners = new Set<{ page: object; listener: (key: string | null) => void }>();
  #keys = 0;

  constructor(
    private readonly desk: FakeDesk,
    private readonly options: { hasLocks?: boolean; blocksStorage?: boolean } = {},
  ) {}

  /** Opens a page; `pageStorage` of an earlier one makes it a reload. */
  page(pageStorage: Storage = new MapStorage()): FakePage & { readonly pageStorage: Storage } {
    const page = {};
    const wakes = new Set<(reason: WakeReason) => void>();
    const requests: FakeRequest[] = [];
    const env: Environment = {
      origin: "https://desk.example",
      storage: safeStore(() => this.#openStorage(page)),
      pageStorage: safeStore(() => (this.options.blocksStorage === true ? blocked() : pageStorage)),
      locks: this.options.hasLocks === false ? undefined : (this.locks as unknown as LockManager),
      openSocket: () => this.desk.openSocket(),
      fetch: this.desk.fetch,
      newRequest: () => {
        const request = new FakeRequest();
        requests.push(request);
        return request as unknown as XMLHttpRequest;
      },
      now: () => Date.now(),
      random: () => 0.5,
      newKey: () => `key${(this.#keys += 1)}`,
      isVisible: () => true,
      onWake: (listener) => {
        wakes.add(listener);
        return () => wakes.delete(listener);
      },
      onStorageChange: (listener) => {
        const entry = { page, listener };
        this.#storageListeners.add(entry);
        return () => this.#storageListeners.delete(entry);
      },
    };
    return { env, requests, pageStorage, wake: (reason) => wakes.forEach((listener) => listener(reason)) };
  }

  /** The shared storage as one page sees it: the other pages hear of each change. */
  #openStorage(page: object): Storage {
    if (this.options.blocksStorage === true) return blocked();
    const tell = (key: string) => {
      for (const other of [...this.#storageListeners]) if (other.page !== page) other.listener(key);
    };
    const { storage } = this;
    return {
      get length() {
        return storage.length;
      },
      clear: () => storage.clear(),
      getItem: (key) => storage.getItem(key),
      key: (at) => storage.key(at),
      removeItem: (key) => {
        storage.removeItem(key);
        tell(key);
      },
      setItem: (key, value) => {
        storage.setItem(key, value);
        tell(key);
      },
    };
  }
}

function blocked(): never {
  throw new DOMException("blocked", "SecurityError");
}
