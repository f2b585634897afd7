/**
 * The socket that always comes back (U2): endless backoff, at once when the network returns or somebody looks,
 * and a watchdog on the server's beats, for a dead connection looks alive from inside a browser (U1, C11).
 */
import { Backoff } from "./backoff";
import type { Environment, SocketLike, WakeReason } from "./environment";
import type { VisitorClientFrame, VisitorServerFrame } from "./types";

/** From opening to `welcome`. */
const WELCOME_TIMEOUT_MS = 10_000;
/** Two and a half of the server's beats to visitors. */
const SILENCE_MS = 50_000;
const WATCH_EVERY_MS = 5_000;

/** How the socket stands. */
export type SocketState =
  | { readonly kind: "stopped" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly retry_at: number };

/** Who uses the connection. */
export interface ConnectionOwner {
  /** The first frame of each connection. */
  hello(): VisitorClientFrame;
  received(frame: VisitorServerFrame): void;
  stateChanged(state: SocketState): void;
}

/** Keeps one socket to the desk. */
export class Connection {
  #state: SocketState = { kind: "stopped" };
  #socket: SocketLike | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #heard_at = 0;
  /** When the server asked us to come back, milliseconds since 1970. */
  #not_before = 0;
  readonly #backoff: Backoff;

  constructor(
    private readonly env: Environment,
    private readonly owner: ConnectionOwner,
  ) {
    this.#backoff = new Backoff(() => env.random());
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Connections in a row that did not come to a `welcome`, or ended after it. */
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

  /** Sends a frame if the conversation is open; says whether it went out. */
  send(frame: VisitorClientFrame): boolean {
    if (this.#state.kind !== "open" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Leaves this socket for a new one at once, for each socket takes one `hello`. */
  renew(): void {
    if (this.#state.kind !== "stopped") this.#connect();
  }

  /** Tries now instead of waiting; checks whether an open socket still lives. */
  wake(reason: WakeReason): void {
    if (this.#state.kind === "stopped") return;
    const changedNetwork = reason === "network";
    if (changedNetwork || this.#state.kind === "waiting" || this.#isSilent()) this.#connect();
  }

  /** Gives this socket up and comes back after the backoff, at least `after_ms` from now. */
  drop(after_ms = 0): void {
    if (this.#state.kind === "stopped") return;
    this.#not_before = Math.max(this.#not_before, this.env.now() + after_ms);
    this.#lost();
  }

  /** The server is about to stop: what is under way may still be answered, then come back at the asked time (C13). */
  goingAway(reconnect_after_ms: number): void {
    const socket = this.#socket;
    this.#not_before = this.env.now() + reconnect_after_ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (socket !== null && this.#socket === socket) this.#connect();
    }, reconnect_after_ms);
  }

  #connect(): void {
    this.#detach();
    this.#not_before = 0;
    this.#set({ kind: "connecting" });
    this.#heard_at = this.env.now();
    const socket = this.env.openSocket(`${this.env.origin.replace(/^http/, "ws")}/api/v1/visitor/socket`);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(), WELCOME_TIMEOUT_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.owner.hello()));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#lost();
  }

  #receive(data: unknown): void {
    this.#heard_at = this.env.now();
    const frame = parse(data);
    if (frame === null) return;
    if (frame.type === "welcome") this.#welcomed();
    this.owner.received(frame);
  }

  #welcomed(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watchdog);
    this.#backoff.succeed();
    this.#watchdog = setInterval(() => {
      if (this.#isSilent()) this.#lost();
    }, WATCH_EVERY_MS);
    this.#set({ kind: "open" });
  }

  #isSilent(): boolean {
    return this.#state.kind === "open" && this.env.now() - this.#heard_at > SILENCE_MS;
  }

  #lost(): void {
    this.#detach();
    const now = this.env.now();
    // A server that announced its stop chose our time itself, to spread the return of all pages.
    const asked = this.#not_before - now;
    const delay = asked > 0 ? (this.#backoff.fail(), asked) : this.#backoff.fail();
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#set({ kind: "waiting", retry_at: now + delay });
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

  #set(state: SocketState): void {
    this.#state = state;
    this.owner.stateChanged(state);
  }
}

/** A frame, or nothing when it is none. */
function parse(data: unknown): VisitorServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as { type?: unknown } | null;
    return typeof frame?.type === "string" ? (frame as VisitorServerFrame) : null;
  } catch {
    return null;
  }
}
