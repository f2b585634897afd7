/**
 * The socket that always comes back (U2), for agents and visitors alike: endless backoff, at once when the network
 * returns or somebody looks, and a watchdog on the server's beats, for a dead connection looks alive from inside a
 * browser (U1, C11). What is said on it is its owner's business.
 */
import { Backoff } from "./backoff";

/** From opening to `welcome`, in milliseconds. */
const WELCOME_TIMEOUT_MS = 10_000;
/** A server that missed so many beats is gone. */
const MISSED_BEATS = 2.5;
/** How often the watchdog looks, in beats. */
const LOOKS_PER_BEAT = 4;

/** The part of a WebSocket that is used. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

/** What a connection takes from the browser. Timers are the global ones. */
export interface ConnectionEnvironment {
  openSocket(): SocketLike;
  /** Milliseconds since 1970; jumps over a sleep of the machine. */
  now(): number;
  /** 0 up to, but without, 1. */
  random(): number;
}

/** How the socket stands; `retry_at` in milliseconds since 1970. */
export type ConnectionState =
  | { readonly kind: "stopped" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly retry_at: number };

/** Why it is worth trying at once: the network came back, somebody looks at the page again, or pressed "try now". */
export type WakeReason = "network" | "visible" | "asked";

/** Who uses the connection. */
export interface ConnectionOwner<Sent, Received> {
  /** Time between the server's beats, in milliseconds. */
  readonly beatMs: number;
  /** The first frame of each connection. */
  hello(): Sent;
  received(frame: Received): void;
  /** The connection ended; `code` is the WebSocket's, missing when we gave it up ourselves. */
  lost?(code: number | undefined): void;
  stateChanged(state: ConnectionState): void;
}

/** Keeps one socket to the desk. Both sides speak JSON with a `type`; the server's first frame is `welcome`. */
export class Connection<Sent, Received extends { readonly type: string }> {
  #state: ConnectionState = { kind: "stopped" };
  #socket: SocketLike | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  /** When the server asked us to come back, milliseconds since 1970. */
  #notBefore = 0;
  readonly #backoff: Backoff;

  constructor(
    private readonly env: ConnectionEnvironment,
    private readonly owner: ConnectionOwner<Sent, Received>,
  ) {
    this.#backoff = new Backoff(() => env.random());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connections that ended, or never began, since the last `welcome`. */
  get failures(): number {
    return this.#backoff.failures;
  }

  start(): void {
    if (this.#state.kind === "stopped") this.#connect();
  }

  stop(): void {
    this.#detach();
    this.#set({ kind: "stopped" });
  }

  /** Sends a frame if the server has welcomed us; says whether it went out. */
  send(frame: Sent): boolean {
    if (this.#state.kind !== "open" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Leaves this socket for a new one at once, for each socket takes one `hello`. */
  renew(): void {
    if (this.#state.kind !== "stopped") this.#connect();
  }

  /** Gives this socket up and comes back after the backoff, at least `afterMs` milliseconds from now. */
  drop(afterMs = 0): void {
    if (this.#state.kind === "stopped") return;
    this.#notBefore = Math.max(this.#notBefore, this.env.now() + afterMs);
    this.#lose(undefined);
  }

  /** Tries now instead of waiting; an open socket that may be dead is replaced. */
  wake(reason: WakeReason): void {
    if (this.#state.kind === "stopped") return;
    // A socket that was being opened on the network that went is dead, too.
    if (this.#state.kind === "waiting" || reason === "network" || this.#isSilent()) this.#connect();
  }

  /** The server is about to stop: what is under way may still be answered, then come back at the asked time (C13). */
  goingAway(reconnectAfterMs: number): void {
    const socket = this.#socket;
    this.#notBefore = this.env.now() + reconnectAfterMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (socket !== null && this.#socket === socket) this.#connect();
    }, reconnectAfterMs);
  }

  #connect(): void {
    this.#detach();
    this.#notBefore = 0;
    this.#heardAt = this.env.now();
    this.#timer = setTimeout(() => this.#lose(undefined), WELCOME_TIMEOUT_MS);
    const socket = this.env.openSocket();
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.owner.hello()));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#lose(code);
    this.#set({ kind: "connecting" });
  }

  #receive(data: unknown): void {
    this.#heardAt = this.env.now();
    const frame = parse<Received>(data);
    if (frame === undefined) return;
    if (frame.type === "welcome") this.#welcomed();
    this.owner.received(frame);
  }

  #welcomed(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watchdog);
    this.#backoff.succeed();
    this.#watchdog = setInterval(() => {
      if (this.#isSilent()) this.#lose(undefined);
    }, this.owner.beatMs / LOOKS_PER_BEAT);
    this.#set({ kind: "open" });
  }

  #isSilent(): boolean {
    const silence = this.env.now() - this.#heardAt;
    return this.#state.kind === "open" && silence > this.owner.beatMs * MISSED_BEATS;
  }

  #lose(code: number | undefined): void {
    this.#detach();
    const now = this.env.now();
    const delay = this.#backoff.fail();
    // A server that announced its stop chose our time itself, to spread the return of all pages.
    const asked = this.#notBefore - now;
    const retryAt = now + (asked > 0 ? asked : delay);
    this.#timer = setTimeout(() => this.#connect(), retryAt - now);
    this.#set({ kind: "waiting", retry_at: retryAt });
    this.owner.lost?.(code);
  }

  /** Lets go of the socket at once: the browser may take minutes to report the close of a dead one. */
  #detach(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    this.owner.stateChanged(state);
  }
}

/** A frame, or nothing when it is none. */
function parse<Received>(data: unknown): Received | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame = JSON.parse(data) as { type?: unknown } | null;
    return typeof frame?.type === "string" ? (frame as Received) : undefined;
  } catch {
    return undefined;
  }
}
