/**
 * Sends the outbox, one message at a time so that they arrive in the order of writing (I04), over the socket or,
 * when that does not come up, over HTTP. A message leaves the outbox when the server has acknowledged it.
 */
import { TroubleError } from "./trouble";
import type { Outbox, OutboxItem } from "./outbox";
import type { NewContent, Posted, Trouble } from "./types";

/** An answer that takes longer means the connection is dead in one direction. */
const ANSWER_TIMEOUT_MS = 10_000;
const RETRY_MS = 2_000;
/** A `conflict` is tried again this often before a person has to decide. */
const MOST_CONFLICTS = 3;

/** Where messages go out. */
export interface Transport {
  now(): number;
  newKey(): string;
  /** Sends over the socket; says whether there is one. */
  sendBySocket(client_id: string, content: NewContent): boolean;
  /** The way around, when the socket does not come up. */
  sendByHttp: ((client_id: string, content: NewContent) => Promise<Posted>) | null;
  /** The socket did not answer. */
  noAnswer(): void;
  /** This browser's token is not accepted any more. */
  notSignedIn(): void;
  /** Something about the messages changed. */
  changed(): void;
}

/** A message that the server has, while its line has not come yet. */
export interface SentItem {
  readonly item: OutboxItem;
  readonly posted: Posted;
}

/** Sends what is in the outbox. */
export class Sender {
  #in_flight: { readonly client_id: string; readonly timer?: ReturnType<typeof setTimeout> } | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #paused_until = 0;
  #conflicts = new Map<string, number>();
  #sent: readonly SentItem[] = [];

  constructor(
    private readonly outbox: Outbox,
    private readonly transport: Transport,
  ) {}

  /** Acknowledged messages whose lines are not on the page yet. */
  get sent(): readonly SentItem[] {
    return this.#sent;
  }

  isInFlight(client_id: string): boolean {
    return this.#in_flight?.client_id === client_id;
  }

  /** Sends the next message if nothing is under way and something can carry it. */
  pump(): void {
    if (this.#in_flight !== null || this.transport.now() < this.#paused_until) return;
    const item = this.outbox.items.find((candidate) => candidate.trouble === undefined);
    if (item === undefined) return;
    if (this.transport.sendBySocket(item.client_id, item.content)) {
      const timer = setTimeout(() => {
        this.#in_flight = null;
        this.transport.noAnswer();
      }, ANSWER_TIMEOUT_MS);
      this.#in_flight = { client_id: item.client_id, timer };
      this.transport.changed();
    } else if (this.transport.sendByHttp !== null) {
      void this.#sendByHttp(item, this.transport.sendByHttp);
    }
  }

  /** The socket is gone: what was under way is in doubt and goes again with the same key. */
  socketLost(): void {
    this.#settle();
  }

  /** The server has the message. */
  acknowledged(posted: Posted): void {
    const item = this.outbox.find(posted.client_id);
    if (item !== undefined) {
      this.#sent = [...this.#sent, { item, posted }];
      this.outbox.remove(posted.client_id);
    }
    this.#conflicts.delete(posted.client_id);
    if (this.isInFlight(posted.client_id)) this.#settle();
    this.transport.changed();
    this.pump();
  }

  /** The message's line is on the page: nothing of it is needed here any more. */
  shown(client_id: string): void {
    this.#sent = this.#sent.filter(({ item }) => item.client_id !== client_id);
    if (this.outbox.find(client_id) !== undefined) this.outbox.remove(client_id);
    if (this.isInFlight(client_id)) this.#settle();
  }

  /** The server refused the message (C20). */
  refused(client_id: string, trouble: Trouble): void {
    if (this.isInFlight(client_id)) this.#settle();
    if (this.outbox.find(client_id) === undefined) return;
    if (trouble.code === "not_signed_in") this.transport.notSignedIn();
    else if (this.#isWorthRepeating(client_id, trouble)) this.#pauseFor((trouble.retry_after ?? 0) * 1000 || RETRY_MS);
    else this.outbox.fail(client_id, trouble);
    this.transport.changed();
    this.pump();
  }

  /** A person wants it sent again. */
  retry(client_id: string): void {
    this.#conflicts.delete(client_id);
    this.outbox.retry(client_id, this.transport.newKey());
    this.transport.changed();
    this.pump();
  }

  stop(): void {
    this.#settle();
    clearTimeout(this.#pause);
  }

  async #sendByHttp(item: OutboxItem, send: NonNullable<Transport["sendByHttp"]>): Promise<void> {
    const { client_id } = item;
    // No timer: HTTP calls end by themselves.
    const flight = { client_id };
    this.#in_flight = flight;
    this.transport.changed();
    try {
      this.acknowledged(await send(client_id, item.content));
    } catch (error) {
      if (!(error instanceof TroubleError)) throw error;
      const isStillOurs = this.#in_flight === flight;
      if (isStillOurs) this.refused(client_id, error.trouble);
    }
  }

  #isWorthRepeating(client_id: string, trouble: Trouble): boolean {
    if (trouble.class === "retry") return true;
    if (trouble.class !== "conflict" || trouble.code === "key_reused") return false;
    const conflicts = (this.#conflicts.get(client_id) ?? 0) + 1;
    this.#conflicts.set(client_id, conflicts);
    return conflicts < MOST_CONFLICTS;
  }

  #pauseFor(milliseconds: number): void {
    this.#paused_until = this.transport.now() + milliseconds;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#paused_until = 0;
      this.pump();
    }, milliseconds);
  }

  #settle(): void {
    clearTimeout(this.#in_flight?.timer);
    this.#in_flight = null;
  }
}
