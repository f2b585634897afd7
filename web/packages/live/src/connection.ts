/**
 * The socket that always comes back (U2): endless backoff, at once when the network returns or somebody looks, and a
 * watchdog on the server's beats, for a dead connection looks alive from inside a browser (U1, C11).
 */
import { Backoff } from "./backoff";
import type { Environment, SocketLike } from "./environment";
import type { AgentClientFrame, AgentServerFrame } from "./types";

/** From opening to `welcome`, in milliseconds. */
const WELCOME_TIMEOUT_MS = 10_000;
/** Two and a half of the server's beats to agents, in milliseconds. */
export const SILENCE_MS = 25_000;
const WATCH_EVERY_MS = 2_500;

/** How the socket stands. */
export type ConnectionState =
  | { readonly kind: "stopped" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly retry_at: number };

/** Who uses the connection. */
export interface ConnectionOwner {
  /** The first frame of each connection. */
  hello(): AgentClientFrame;
  received(frame: AgentServerFrame): void;
  /** The connection ended; `code` is the WebSocket's, missing when we gave it up ourselves. */
  lost(code: number | undefined): void;
  stateChanged(state: ConnectionState): void;
}

/** Keeps one socket to the desk. */
export class Connection {
  #state: ConnectionState = { kind: "stopped" };
  #socket: SocketLike | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  /** When a stopping server asked us to come back, milliseconds since 1970. */
  #notBefore = 0;
  readonly #backoff: Backoff;

  constructor(
    private readonly env: Environment,
    private readonly owner: ConnectionOwner,
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
  send(frame: AgentClientFrame): boolean {
    if (this.#state.kind !== "open" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives this socket up and connects again. */
  drop(): void {
    if (this.#state.kind !== "stopped") this.#lose(undefined);
  }

  /** Tries now instead of waiting; an open socket that may be dead is replaced. */
  wake(reason: "network" | "visible" | "asked"): void {
    if (this.#state.kind === "stopped" || this.#state.kind === "connecting") return;
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
    const frame = parse(data);
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
    }, WATCH_EVERY_MS);
    this.#set({ kind: "open" });
  }

  #isSilent(): boolean {
    return this.#state.kind === "open" && this.env.now() - this.#heardAt > SILENCE_MS;
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
    this.owner.lost(code);
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
function parse(data: unknown): AgentServerFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame = JSON.parse(data) as { type?: unknown } | null;
    return typeof frame?.type === "string" ? (frame as AgentServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
