import type { SocketLike } from "@frontdesk/connection/connection";

import type { Environment, KeyStore, Signal } from "../environment";
import type { AgentClientFrame, AgentServerFrame } from "../types";

/** A socket whose other end is the test. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: AgentClientFrame[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as AgentClientFrame);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.onopen?.();
  }

  say(...frames: AgentServerFrame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The connection breaks, or the server closes it. */
  cut(code = 1006): void {
    this.onclose?.({ code });
  }

  /** Frames of one type that were sent. */
  sentOf<Type extends AgentClientFrame["type"]>(type: Type): Extract<AgentClientFrame, { type: Type }>[] {
    return this.sent.filter((frame) => frame.type === type) as Extract<AgentClientFrame, { type: Type }>[];
  }
}

/** Storage that outlives a page. */
export function memoryStore(texts = new Map<string, string>()): KeyStore {
  return {
    get: (key) => texts.get(key) ?? null,
    set: (key, text) => void texts.set(key, text),
    remove: (key) => void texts.delete(key),
    keys: () => [...texts.keys()],
  };
}

/** A browser for tests; `Date.now` and timers are Vitest's. */
export class FakeEnvironment implements Environment {
  readonly sockets: FakeSocket[] = [];
  #keys = 0;
  #signal: ((signal: Signal) => void) | undefined;

  constructor(
    readonly storage: KeyStore = memoryStore(),
    /** Full jitter at its upper end, so that delays are known. */
    private readonly chance = 0.999_999,
  ) {}

  /** The connection that is in use. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  openSocket(): SocketLike {
    this.sockets.push(new FakeSocket());
    return this.socket;
  }

  now(): number {
    return Date.now();
  }

  random(): number {
    return this.chance;
  }

  newKey(): string {
    this.#keys += 1;
    return `key_${this.#keys}`;
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    this.#signal = listener;
    return () => (this.#signal = undefined);
  }

  signal(signal: Signal): void {
    this.#signal?.(signal);
  }
}
