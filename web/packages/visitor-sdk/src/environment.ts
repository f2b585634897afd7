/** What the SDK takes from the browser, so that tests can hand it a clock, a network and a storage of their own. */
import type { ConnectionEnvironment, SocketLike, WakeReason } from "@frontdesk/connection/connection";

import { safeStore, type Store } from "./store";

/** Everything outside the SDK. Timers are the global ones. */
export interface Environment extends ConnectionEnvironment {
  /** Scheme, host and port of the desk. */
  readonly origin: string;
  /** Shared by all pages of this browser. */
  readonly storage: Store;
  /** Kept over a reload of this page only. */
  readonly pageStorage: Store;
  /** Absent on plain HTTP, in old browsers, and where storage is forbidden. */
  readonly locks: LockManager | undefined;
  fetch(url: string, init: RequestInit): Promise<Response>;
  newRequest(): XMLHttpRequest;
  /** A key that nobody else makes: 32 hexadecimal digits. */
  newKey(): string;
  isVisible(): boolean;
  /** Calls back until the returned function is called. */
  onWake(listener: (reason: WakeReason) => void): () => void;
  /** Calls back with the key that another page changed (`null`: everything went). */
  onStorageChange(listener: (key: string | null) => void): () => void;
}

/** The real browser. */
export function browserEnvironment(origin: string = location.origin): Environment {
  const storage = safeStore(() => localStorage);
  return {
    origin,
    storage,
    pageStorage: safeStore(() => sessionStorage),
    // Who forbids storage, as for frames of other sites, forbids locks, too: each request for one would fail.
    locks: storage.isPersistent && "locks" in navigator ? navigator.locks : undefined,
    openSocket: () => new WebSocket(`${origin.replace(/^http/, "ws")}/api/v1/visitor/socket`) as SocketLike,
    fetch: (url, init) => fetch(url, init),
    newRequest: () => new XMLHttpRequest(),
    now: () => Date.now(),
    random: () => Math.random(),
    newKey,
    isVisible: () => document.visibilityState === "visible",
    onWake,
    onStorageChange,
  };
}

// Not `crypto.randomUUID`, which does not exist on plain HTTP.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function onWake(listener: (reason: WakeReason) => void): () => void {
  const network = () => listener("network");
  const visible = () => {
    if (document.visibilityState === "visible") listener("visible");
  };
  addEventListener("online", network);
  addEventListener("pageshow", visible);
  document.addEventListener("visibilitychange", visible);
  return () => {
    removeEventListener("online", network);
    removeEventListener("pageshow", visible);
    document.removeEventListener("visibilitychange", visible);
  };
}

function onStorageChange(listener: (key: string | null) => void): () => void {
  const changed = (event: StorageEvent) => {
    // The session storage of this page never changes from elsewhere.
    listener(event.key);
  };
  addEventListener("storage", changed);
  return () => removeEventListener("storage", changed);
}
