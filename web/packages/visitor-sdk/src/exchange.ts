/**
 * Holds the conversation in step with the desk: frames in, signals out, gaps noticed and filled, HTTP where the
 * socket does not come up.
 */
import { Connection, type ConnectionState, type WakeReason } from "@frontdesk/connection/connection";

import type { VisitorApi } from "./api";
import { applyFrame, EMPTY_CONVERSATION, lastSeen, missing, prependHistory, type Conversation } from "./conversation";
import type { Environment } from "./environment";
import { Fallback } from "./fallback";
import { Signals } from "./signals";
import type { Link } from "./state";
import type { Language, NewContent, Posted, Trouble, VisitorClientFrame, VisitorServerFrame } from "./types";

/** Time between the server's beats to visitors, in milliseconds. */
const BEAT_MS = 20_000;
/** Failed connections in a row after which HTTP helps out. */
const FALLBACK_AFTER = 2;
const FORGET_TYPING_MS = 5_000;
/** A line whose number is known already may still be on its way. */
const GAP_PATIENCE_MS = 1_000;
const GAP_REPEAT_MS = 3_000;

/** Who uses the exchange. */
export interface ExchangeOwner {
  readonly channel: string;
  language(): Language;
  /** Conversation, link or typing sign changed. */
  changed(): void;
  /** The desk can be reached (again): send what waits. */
  reachable(): void;
  /** The socket is gone: what was under way on it is in doubt. */
  socketLost(): void;
  acknowledged(posted: Posted): void;
  /** A line of this visitor is on the page. */
  shown(client_id: string): void;
  refused(client_id: string, trouble: Trouble): void;
  /** The desk does not take us as who we say we are, or not now. */
  helloRefused(trouble: Trouble): void;
  endRefused(trouble: Trouble): void;
}

/** The running exchange of one page. */
export class Exchange {
  #conversation = EMPTY_CONVERSATION;
  #isWelcomed = false;
  #isAgentTyping = false;
  #offline_since: number | null = null;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #gap: ReturnType<typeof setTimeout> | undefined;
  readonly #connection: Connection<VisitorClientFrame, VisitorServerFrame>;
  readonly #fallback: Fallback;
  readonly signals: Signals;

  constructor(
    private readonly env: Environment,
    private readonly api: VisitorApi,
    private readonly owner: ExchangeOwner,
  ) {
    this.#connection = new Connection(env, {
      beatMs: BEAT_MS,
      hello: () => this.#hello(),
      received: (frame) => this.#received(frame),
      stateChanged: (state) => this.#socketChanged(state),
    });
    this.#fallback = new Fallback(env, {
      catchUp: () => this.#catchUpByHttp(),
      polled: (trouble) => this.#polled(trouble),
    });
    this.signals = new Signals({
      now: () => env.now(),
      newKey: () => env.newKey(),
      send: (frame) => this.#connection.send(frame),
      http: () => (this.#fallback.isWorking ? api : null),
      conversation: () => this.#conversation,
      endRefused: (trouble) => owner.endRefused(trouble),
    });
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** Whether the desk has told its state since the last `reset`. */
  get isWelcomed(): boolean {
    return this.#isWelcomed;
  }

  get isAgentTyping(): boolean {
    return this.#isAgentTyping;
  }

  get link(): Link {
    const socket = this.#connection.state;
    if (socket.kind === "open") return { kind: "online", via: "socket" };
    if (this.#fallback.isWorking) return { kind: "online", via: "http" };
    if (this.#offline_since === null) return { kind: "connecting" };
    return {
      kind: "offline",
      since: this.#offline_since,
      retry_at: socket.kind === "waiting" ? socket.retry_at : this.env.now(),
    };
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    clearTimeout(this.#typing);
    this.#stopGap();
    this.#fallback.stop();
    this.#connection.stop();
  }

  /** Forgets everything: another visitor comes. */
  reset(): void {
    this.stop();
    this.#conversation = EMPTY_CONVERSATION;
    this.#isWelcomed = false;
    this.#isAgentTyping = false;
    this.#offline_since = null;
    this.signals.sessionChanged();
  }

  wake(reason: WakeReason): void {
    this.#connection.wake(reason);
    this.#fallback.wake();
  }

  /** Gives the socket up, for it does not answer; comes back after the backoff, at least `after_ms` from now. */
  reconnect(after_ms = 0): void {
    this.#connection.drop(after_ms);
  }

  /** Sends a message over the socket; says whether there is one. */
  postBySocket(client_id: string, content: NewContent): boolean {
    return this.#connection.send({ type: "post", client_id, content });
  }

  /** The way around, while the socket does not come up and HTTP works. */
  get postByHttp(): ((client_id: string, content: NewContent) => Promise<Posted>) | null {
    return this.#fallback.isWorking ? (client_id, content) => this.api.post(client_id, content) : null;
  }

  /** Loads older lines before those shown. Fails with a `TroubleError`. */
  async loadEarlier(): Promise<void> {
    const first = this.#conversation.entries[0];
    if (first === undefined || !this.#conversation.has_earlier) return;
    const history = await this.api.history(first);
    this.#become(prependHistory(this.#conversation, history));
  }

  #hello(): VisitorClientFrame {
    const last = lastSeen(this.#conversation);
    return {
      type: "hello",
      channel: this.owner.channel,
      token: this.api.token ?? "",
      language: this.owner.language(),
      ...(last === null ? {} : { last }),
    };
  }

  #received(frame: VisitorServerFrame): void {
    this.#become(applyFrame(this.#conversation, frame));
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame.conversation.entries);
      case "entries":
        return this.#arrived(frame.entries);
      case "ack":
        return this.owner.acknowledged(frame);
      case "refused":
        return this.#refused(frame.client_id, frame.problem);
      case "typing":
        return this.#agentTypes();
      case "resync_required":
        // Without the spans there is no `last` to name.
        this.#conversation = { ...this.#conversation, spans: {} };
        return this.#connection.renew();
      case "going_away":
        return this.#connection.goingAway(frame.reconnect_after_ms);
      case "session":
      case "ended":
      case "beat":
        return;
      default:
        // A newer server's frame: nothing that this page needs.
        frame satisfies never;
    }
  }

  #welcomed(entries: readonly { client_id?: string }[]): void {
    this.#isWelcomed = true;
    this.#fallback.stop();
    this.#tellShown(entries);
    this.signals.flush();
    this.owner.reachable();
    this.owner.changed();
  }

  #arrived(entries: readonly { author: string; client_id?: string }[]): void {
    if (entries.some((entry) => entry.author === "agent")) this.#stopTyping();
    this.#tellShown(entries);
    this.owner.changed();
    // After lines have come, what is missing is not on its way any more.
    if (missing(this.#conversation) !== null) this.#askMissing();
  }

  #tellShown(entries: readonly { client_id?: string }[]): void {
    for (const { client_id } of entries) if (client_id !== undefined) this.owner.shown(client_id);
  }

  #refused(client_id: string | undefined, trouble: Trouble): void {
    if (client_id !== undefined) {
      if (!this.signals.refused(client_id, trouble)) this.owner.refused(client_id, trouble);
      this.owner.changed();
    } else if (this.#connection.state.kind !== "open" || trouble.code === "not_signed_in") {
      this.owner.helloRefused(trouble);
    }
  }

  #agentTypes(): void {
    this.#isAgentTyping = true;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#stopTyping(), FORGET_TYPING_MS);
    this.owner.changed();
  }

  #stopTyping(): void {
    clearTimeout(this.#typing);
    this.#isAgentTyping = false;
    this.owner.changed();
  }

  #become(next: Conversation): void {
    const before = this.#conversation;
    if (next === before) return;
    this.#conversation = next;
    if (before.session?.id !== next.session?.id) this.signals.sessionChanged();
    this.signals.settle();
    if (missing(next) === null) this.#stopGap();
    else this.#gap ??= setTimeout(() => this.#askMissing(), GAP_PATIENCE_MS);
    this.owner.changed();
  }

  /** Asks for what is missing, and again until it has come (U1). */
  #askMissing(): void {
    this.#stopGap();
    const gap = missing(this.#conversation);
    if (gap === null) return;
    this.#connection.send({ type: "catch_up", ...gap });
    this.#gap = setTimeout(() => this.#askMissing(), GAP_REPEAT_MS);
  }

  #stopGap(): void {
    clearTimeout(this.#gap);
    this.#gap = undefined;
  }

  #socketChanged(state: ConnectionState): void {
    if (state.kind !== "open") {
      this.#isAgentTyping = false;
      this.owner.socketLost();
      if (this.#connection.failures > 0) this.#offline_since ??= this.env.now();
    } else {
      this.#offline_since = null;
    }
    if (state.kind !== "open" && state.kind !== "stopped" && this.#connection.failures >= FALLBACK_AFTER)
      this.#fallback.start();
    this.owner.changed();
  }

  async #catchUpByHttp(): Promise<void> {
    const last = lastSeen(this.#conversation);
    const conversation = await this.api.conversation(last);
    // A socket that came up meanwhile knows better.
    if (this.#connection.state.kind === "open") return;
    // When too much is missing the newest lines come instead of the next ones.
    const isNext = (conversation.entries[0]?.prev ?? 0) <= (last?.seq ?? 0);
    const isSame = conversation.session?.id === last?.session_id && conversation.generation === last?.generation;
    const resumed = last !== null && isSame && isNext;
    this.#become(applyFrame(this.#conversation, { type: "welcome", conversation, resumed }));
    this.#isWelcomed = true;
    this.#tellShown(conversation.entries);
  }

  #polled(trouble: Trouble | null): void {
    if (trouble?.code === "not_signed_in") return this.owner.helloRefused(trouble);
    if (trouble === null) {
      this.#offline_since = null;
      this.signals.flush();
      this.owner.reachable();
    } else {
      this.#offline_since ??= this.env.now();
    }
    this.owner.changed();
  }
}
