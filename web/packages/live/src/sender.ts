/**
 * Sends what is in the outbox: per session one message at a time, in the order of writing, each with the same key
 * until the server has answered (C02, U3). By socket while it is open; by HTTP when the socket is silent or gone.
 */
import { troubleOf, type Trouble } from "@frontdesk/api-client/problem";
import { Backoff } from "@frontdesk/connection/backoff";

import type { DeskHttp } from "./desk-http";
import type { Environment } from "./environment";
import type { Outbox, OutboxItem } from "./outbox";
import type { AgentClientFrame, Posted } from "./types";

/** How long an answer by socket may take before the message goes by HTTP too, in milliseconds. */
export const ACK_TIMEOUT_MS = 10_000;

/** What the sender needs of its surroundings. */
export interface SenderOwner {
  /** Sends by socket; says whether it went out. */
  bySocket(frame: AgentClientFrame): boolean;
  /** Whether HTTP may be used: the socket has failed for a while. */
  mayUseHttp(): boolean;
  /** The outbox changed. */
  outboxChanged(): void;
}

interface Flight {
  readonly client_id: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Moves the outbox to the server. */
export class Sender {
  /** The message under way, by session. */
  readonly #flights = new Map<string, Flight>();
  /** Sessions that wait after a refusal, with the end of the wait. */
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #backoff: Backoff;
  #isStopped = true;

  constructor(
    env: Environment,
    private readonly http: DeskHttp,
    private readonly outbox: Outbox,
    private readonly owner: SenderOwner,
  ) {
    this.#backoff = new Backoff(() => env.random());
  }

  start(): void {
    this.#isStopped = false;
    this.flush();
  }

  /** Sends whatever can go now. */
  flush(): void {
    if (this.#isStopped) return;
    const waiting = this.outbox.items.filter((item) => item.trouble === undefined && item.seq === undefined);
    for (const item of waiting) {
      const isBusy = this.#flights.has(item.session_id) || this.#pauses.has(item.session_id);
      if (!isBusy) this.#send(item);
    }
  }

  /** A new connection, or none: what was under way by socket is in doubt and is sent again (C20). */
  restart(): void {
    for (const [session, flight] of this.#flights) {
      if (flight.timer !== undefined) this.#land(session);
    }
    for (const timer of this.#pauses.values()) clearTimeout(timer);
    this.#pauses.clear();
    this.flush();
  }

  stop(): void {
    this.#isStopped = true;
    for (const session of [...this.#flights.keys()]) this.#land(session);
    for (const timer of this.#pauses.values()) clearTimeout(timer);
    this.#pauses.clear();
  }

  /** Stored for good. */
  acknowledged(posted: Posted): void {
    this.#backoff.succeed();
    this.outbox.acknowledged(posted.client_id, posted.seq);
    this.#finished(posted.client_id, posted.session_id);
  }

  /** Not done: again after a while with the same key, or it is the person's turn. */
  refused(clientId: string, trouble: Trouble): void {
    const item = this.outbox.find(clientId);
    if (item === undefined || item.seq !== undefined) return;
    if (trouble.class === "retry") {
      this.#land(item.session_id);
      this.#pause(item.session_id, this.#delay(trouble));
      return;
    }
    this.outbox.fail(clientId, trouble);
    this.#finished(clientId, item.session_id);
  }

  #send(item: OutboxItem): void {
    const { client_id, session_id, content } = item;
    if (this.owner.bySocket({ type: "post", client_id, session_id, content })) {
      const timer = setTimeout(() => this.#sendByHttp(item), ACK_TIMEOUT_MS);
      this.#flights.set(session_id, { client_id, timer });
    } else if (this.owner.mayUseHttp()) {
      this.#sendByHttp(item);
    }
  }

  #sendByHttp(item: OutboxItem): void {
    const { client_id, session_id, content } = item;
    this.#flights.set(session_id, { client_id, timer: undefined });
    this.http.post(session_id, { client_id, content }).then(
      (posted) => this.#isStopped || this.acknowledged(posted),
      (error: unknown) => this.#isStopped || this.#failedByHttp(item, error),
    );
  }

  #failedByHttp(item: OutboxItem, error: unknown): void {
    const trouble = troubleOf(error);
    // What is no answer of the server is in doubt, and what is in doubt is repeated.
    this.refused(item.client_id, trouble ?? { code: "offline", class: "retry", message: "" });
  }

  #finished(clientId: string, sessionId: string): void {
    if (this.#flights.get(sessionId)?.client_id === clientId) this.#land(sessionId);
    this.owner.outboxChanged();
    this.flush();
  }

  #land(sessionId: string): void {
    clearTimeout(this.#flights.get(sessionId)?.timer);
    this.#flights.delete(sessionId);
  }

  #pause(sessionId: string, milliseconds: number): void {
    clearTimeout(this.#pauses.get(sessionId));
    const resume = () => {
      this.#pauses.delete(sessionId);
      this.flush();
    };
    this.#pauses.set(sessionId, setTimeout(resume, milliseconds));
  }

  #delay(trouble: Trouble): number {
    return Math.max((trouble.retry_after ?? 0) * 1000, this.#backoff.fail());
  }
}
