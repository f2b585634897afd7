/** What this package takes from the browser, so that tests can hand it a clock, a network and a storage of their own. */
import { newKey } from "@frontdesk/api-client/idempotency";
import type { ConnectionEnvironment, SocketLike } from "@frontdesk/connection/connection";

/** Texts by key, kept over reloads. */
export interface KeyStore {
  get(key: string): string | null;
  set(key: string, text: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** What the browser tells of the world: the network came back or went, or somebody looks at the page again. */
export type Signal = "network" | "offline" | "visible";

/** Everything outside. Timers are the global ones. */
export interface Environment extends ConnectionEnvironment {
  readonly storage: KeyStore;
  /** A key that nobody else makes. */
  newKey(): string;
  /** Calls back until the returned function is called. */
  onSignal(listener: (signal: Signal) => void): () => void;
}

/** The real browser; `origin` is scheme, host and port of the desk. */
export function browserEnvironment(origin: string): Environment {
  return {
    storage: browserStore(),
    openSocket: () => new WebSocket(`${origin.replace(/^http/, "ws")}/api/v1/agent/socket`) as SocketLike,
    now: () => Date.now(),
    random: () => Math.random(),
    newKey,
    onSignal,
  };
}

/** `localStorage`; where it is blocked or full, what is kept lasts as long as the page. */
export function browserStore(): KeyStore {
  const memory = new Map<string, string>();
  const attempt = <Result>(act: () => Result, otherwise: Result): Result => {
    try {
      return act();
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt(() => localStorage.getItem(key), null),
    set: (key, text) => {
      memory.delete(key);
      const isKept = attempt(() => (localStorage.setItem(key, text), true), false);
      if (!isKept) memory.set(key, text);
    },
    remove: (key) => {
      memory.delete(key);
      attempt(() => localStorage.removeItem(key), undefined);
    },
    keys: () => [...new Set([...memory.keys(), ...attempt(() => Object.keys(localStorage), [])])],
  };
}

function onSignal(listener: (signal: Signal) => void): () => void {
  const network = () => listener("network");
  const visible = () => {
    if (document.visibilityState === "visible") listener("visible");
  };
  const offline = () => listener("offline");
  addEventListener("online", network);
  addEventListener("offline", offline);
  addEventListener("pageshow", visible);
  document.addEventListener("visibilitychange", visible);
  return () => {
    removeEventListener("online", network);
    removeEventListener("offline", offline);
    removeEventListener("pageshow", visible);
    document.removeEventListener("visibilitychange", visible);
  };
}
