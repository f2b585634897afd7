/**
 * An agent's side of the live protocol: one value that the page shows, and the things one can do. Knows no framework;
 * the page subscribes and reads.
 */
import { isSignedOut, troubleOf } from "@frontdesk/api-client/problem";
import { Connection, type ConnectionState, type WakeReason } from "@frontdesk/connection/connection";

import { applyFrame, change, withAgentRead } from "./apply-frame";
import { CatchUp } from "./catch-up";
import type { DeskHttp } from "./desk-http";
import { withEarlierEntries } from "./entries";
import type { Environment, Signal } from "./environment";
import { Outbox, type NewMessage, type OutboxItem } from "./outbox";
import { Sender } from "./sender";
import type { AgentClientFrame, AgentServerFrame, Entry, KickReason, Me } from "./types";
import { EMPTY_WORKBENCH, resumePoint, type Workbench } from "./workbench";

/** Time between the server's beats to agents, in milliseconds. */
export const BEAT_MS = 10_000;
/** Close code of a sign-in that is over (C12). */
const CLOSED_SIGN_IN_OVER = 4001;
/** After so many failed connections in a row messages go by HTTP. */
const FAILURES_BEFORE_HTTP = 2;
/** How often the list is read by HTTP while the socket does not come up, in milliseconds. */
export const POLL_MS = 5_000;
/** A typing sign goes out at most so often, in milliseconds. */
const TYPING_EVERY_MS = 3_000;
/** Lines that "earlier" brings at once. */
const EARLIER = 50;

/** Everything that a page shows of the live desk; a new value after each change. */
export interface DeskState {
  readonly workbench: Workbench;
  readonly connection: ConnectionState;
  /** The socket does not come up, but HTTP works. */
  readonly isByHttp: boolean;
  readonly outbox: readonly OutboxItem[];
  /** Why this sign-in is over; nothing while it holds. */
  readonly signedOut: KickReason | undefined;
}

/** One signed-in agent's live desk. */
export class LiveDesk {
  #state: DeskState;
  #isTold = true;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #stopListening: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #typedAt = new Map<string, number>();
  readonly #loadingEarlier = new Map<string, Promise<void>>();
  readonly #connection: Connection<AgentClientFrame, AgentServerFrame>;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #catchUp: CatchUp;

  constructor(
    private readonly env: Environment,
    private readonly http: DeskHttp,
    me: Me,
  ) {
    this.#outbox = new Outbox(env.storage, me.id);
    this.#connection = new Connection(env, {
      beatMs: BEAT_MS,
      hello: () => ({ type: "hello", ...resumePoint(this.#state.workbench) }),
      received: (frame) => this.#received(frame),
      lost: (code) => this.#lost(code),
      stateChanged: (connection) => this.#set({ connection }),
    });
    this.#sender = new Sender(env, http, this.#outbox, {
      bySocket: (frame) => this.#connection.send(frame),
      mayUseHttp: () => this.#connection.failures >= FAILURES_BEFORE_HTTP,
      outboxChanged: () => this.#outboxChanged(),
    });
    this.#catchUp = new CatchUp(() => env.now(), http, {
      workbench: () => this.#state.workbench,
      bySocket: (frame) => this.#connection.send(frame),
      receivedEntries: (session_id, entries) => this.#received({ type: "entries", session_id, entries: [...entries] }),
    });
    this.#state = {
      workbench: { ...EMPTY_WORKBENCH, me },
      connection: this.#connection.state,
      isByHttp: false,
      outbox: this.#outbox.items,
      signedOut: undefined,
    };
  }

  /** The current value; the same object until something changes. */
  readonly state = (): DeskState => this.#state;

  /** Calls back after changes, at most once for all that happens at a time. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    this.#stopListening = this.env.onSignal((signal) => this.#heard(signal));
    this.#sender.start();
    this.#connection.start();
  }

  stop(): void {
    this.#stopListening?.();
    this.#connection.stop();
    this.#sender.stop();
    this.#catchUp.stop();
    clearTimeout(this.#pollTimer);
  }

  /** "Try now" in the connection bar. */
  tryNow(): void {
    this.#wake("asked");
  }

  /** Says something; shown at once, and sent until the server has it. */
  post(message: NewMessage): void {
    this.#outbox.add(message, this.env.newKey(), this.env.now());
    this.#outboxChanged();
    this.#sender.flush();
  }

  /** Sends a refused message again (WORK-09). */
  sendAgain(clientId: string): void {
    this.#outbox.retry(clientId, this.env.newKey());
    this.#outboxChanged();
    this.#sender.flush();
  }

  /** Throws a refused message away. */
  discard(clientId: string): void {
    this.#outbox.remove(clientId);
    this.#outboxChanged();
  }

  /** Everything up to `seq` was on a visible screen. */
  read(sessionId: string, seq: number): void {
    const session = this.#state.workbench.sessions.get(sessionId);
    if (session === undefined || seq <= session.summary.agent_read) return;
    this.#set({ workbench: withAgentRead(this.#state.workbench, sessionId, seq) });
    if (this.#connection.send({ type: "read", session_id: sessionId, seq })) return;
    // A lost read mark is no harm: the next one covers it.
    this.http.read(sessionId, seq).catch(() => undefined);
  }

  /** A key was pressed. */
  typing(sessionId: string): void {
    const now = this.env.now();
    if (now - (this.#typedAt.get(sessionId) ?? 0) < TYPING_EVERY_MS) return;
    if (this.#connection.send({ type: "typing", session_id: sessionId })) this.#typedAt.set(sessionId, now);
  }

  /** Loads older lines of a session, or its newest when none are known. Fails with a `ProblemError`. */
  loadEarlier(sessionId: string): Promise<void> {
    const running = this.#loadingEarlier.get(sessionId);
    if (running !== undefined) return running;
    const loading = this.#fetchEarlier(sessionId).finally(() => this.#loadingEarlier.delete(sessionId));
    this.#loadingEarlier.set(sessionId, loading);
    return loading;
  }

  /**
   * Asks over HTTP for a change of the own state and shows what it answers, unless a frame came meanwhile: the answer
   * may have been overtaken by what followed from it, such as the first session for who became ready.
   */
  async changeMe(ask: () => Promise<Me>): Promise<void> {
    const before = this.#state.workbench.me;
    const me = await ask();
    if (this.#state.workbench.me !== before) return;
    this.#set({ workbench: { ...this.#state.workbench, me } });
  }

  /** Forgets unsent messages, when the agent signs out here (T422). */
  forget(): void {
    this.stop();
    this.#outbox.clear();
  }

  async #fetchEarlier(sessionId: string): Promise<void> {
    const first = this.#state.workbench.sessions.get(sessionId)?.entries[0];
    const range = first === undefined ? { limit: EARLIER } : { before_seq: first.seq, limit: EARLIER };
    const { entries } = await this.http.entries(sessionId, range);
    const workbench = change(this.#state.workbench, sessionId, (session) => withEarlierEntries(session, entries));
    this.#set({ workbench });
  }

  #received(frame: AgentServerFrame): void {
    switch (frame.type) {
      case "ack":
        this.#sender.acknowledged(frame);
        break;
      case "refused":
        if (frame.client_id !== undefined) this.#sender.refused(frame.client_id, frame.problem);
        break;
      case "resync_required":
        this.#set({ workbench: { ...this.#state.workbench, cursor: undefined } });
        this.#connection.drop();
        break;
      case "kicked":
        this.#over(frame.reason);
        break;
      case "going_away":
        this.#connection.goingAway(frame.reconnect_after_ms);
        break;
      default:
        this.#fold(frame);
    }
  }

  #fold(frame: AgentServerFrame): void {
    const workbench = applyFrame(this.#state.workbench, frame, this.env.now());
    if (workbench !== this.#state.workbench) this.#set({ workbench });
    if (frame.type === "entries") this.#settle(frame.entries);
    if (frame.type === "removed") this.#outboxChanged();
    if (frame.type === "welcome") {
      this.#outboxChanged();
      this.#stopPolling();
      this.#sender.restart();
    }
    this.#catchUp.look();
  }

  /** Messages whose lines are here have left the outbox, whichever tab or way sent them. */
  #settle(entries: readonly Entry[]): void {
    const arrived = entries.filter(({ client_id: id }) => id !== undefined && this.#outbox.find(id) !== undefined);
    for (const { client_id: id, session_id, seq, id: entry_id, at } of arrived) {
      if (id === undefined) continue;
      this.#sender.acknowledged({ client_id: id, session_id, seq, entry_id, at, replayed: true });
      this.#outbox.remove(id);
    }
    if (arrived.length > 0) this.#outboxChanged();
  }

  #outboxChanged(): void {
    for (const item of this.#outbox.items) {
      if (this.#isDone(item)) this.#outbox.remove(item.client_id);
    }
    this.#set({ outbox: this.#outbox.items });
  }

  /** Its line is among the entries, whichever of line and acknowledgement came first; or nobody can see it any more. */
  #isDone({ session_id, seq, trouble }: OutboxItem): boolean {
    const { cursor, sessions } = this.#state.workbench;
    const session = sessions.get(session_id);
    if (session === undefined) return cursor !== undefined && (seq !== undefined || trouble !== undefined);
    return seq !== undefined && session.entries.some((entry) => entry.seq === seq);
  }

  #heard(signal: Signal): void {
    // A dead network is shown at once, not only when the beats have been missing for a while.
    if (signal === "offline") this.#connection.drop();
    else this.#wake(signal);
  }

  #wake(reason: WakeReason): void {
    this.#connection.wake(reason);
    if (this.#pollTimer !== undefined) void this.#poll();
  }

  #lost(code: number | undefined): void {
    if (code === CLOSED_SIGN_IN_OVER) {
      this.#over("replaced");
      return;
    }
    this.#sender.restart();
    if (this.#connection.failures >= FAILURES_BEFORE_HTTP && this.#pollTimer === undefined) void this.#poll();
  }

  /** Reads the list by HTTP, which also tells whether the sign-in still holds, and comes back until the socket is up. */
  async #poll(): Promise<void> {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(() => void this.#poll(), POLL_MS);
    try {
      const snapshot = await this.http.workbench();
      if (this.#isPolling()) this.#polled(snapshot);
    } catch (error) {
      if (isSignedOut(troubleOf(error))) this.#over(signedOutReason(error));
      else this.#set({ isByHttp: false });
    }
  }

  #polled(snapshot: Awaited<ReturnType<DeskHttp["workbench"]>>): void {
    const frame = { type: "welcome", resumed: true, ...snapshot } as const;
    this.#set({ workbench: applyFrame(this.#state.workbench, frame, this.env.now()), isByHttp: true });
    this.#catchUp.look();
    this.#sender.flush();
  }

  #isPolling(): boolean {
    return this.#pollTimer !== undefined && this.#state.signedOut === undefined;
  }

  #stopPolling(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
    if (this.#state.isByHttp) this.#set({ isByHttp: false });
  }

  #over(signedOut: KickReason): void {
    if (this.#state.signedOut !== undefined) return;
    this.#stopPolling();
    this.stop();
    this.#set({ signedOut });
  }

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#isTold) return;
    this.#isTold = false;
    queueMicrotask(() => {
      this.#isTold = true;
      for (const listener of this.#listeners) listener();
    });
  }
}

function signedOutReason(error: unknown): KickReason {
  return troubleOf(error)?.code === "signed_in_elsewhere" ? "replaced" : "expired";
}
