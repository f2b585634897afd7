/** The small things a page tells: what was read, that somebody types, that the visitor ends the session. */
import type { VisitorApi } from "./api";
import { TroubleError } from "./trouble";
import type { Conversation } from "./conversation";
import type { Trouble, VisitorClientFrame } from "./types";

const TYPING_EVERY_MS = 3_000;

/** Where signals go. */
export interface SignalsOwner {
  now(): number;
  newKey(): string;
  /** Sends over the socket; says whether there is one. */
  send(frame: VisitorClientFrame): boolean;
  /** The way around, while the socket does not come up. */
  http(): VisitorApi | null;
  conversation(): Conversation;
  /** The session could not be ended. */
  endRefused(trouble: Trouble): void;
}

/** Sends signals once, and again after a reconnect when they may have been lost. */
export class Signals {
  #read = 0;
  #told = 0;
  #typed_at = 0;
  #ending: { readonly client_id: string; readonly session_id: string } | null = null;

  constructor(private readonly owner: SignalsOwner) {}

  /** Whether the visitor asked for the end and it has not come yet. */
  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** Everything up to here was on a visible screen. */
  markRead(seq: number): void {
    this.#read = Math.max(this.#read, seq);
    this.#tellRead();
  }

  /** A key was pressed; told at most once in three seconds, and only to an agent. */
  typing(): void {
    const now = this.owner.now();
    if (this.owner.conversation().session?.stage !== "active" || now - this.#typed_at < TYPING_EVERY_MS) return;
    if (this.owner.send({ type: "typing" })) this.#typed_at = now;
  }

  /** Ends the session that is open now, even if the network has to return first. */
  end(): void {
    const session = this.owner.conversation().session;
    if (session === null || session.stage === "ended" || this.#ending !== null) return;
    this.#ending = { client_id: this.owner.newKey(), session_id: session.id };
    this.#tellEnd();
  }

  /** After a reconnect: repeats what may not have arrived. */
  flush(): void {
    this.#told = 0;
    this.#tellRead();
    this.#tellEnd();
  }

  /** The conversation has changed: what has come true needs no more telling. */
  settle(): void {
    const session = this.owner.conversation().session;
    if (this.#ending !== null && (session?.id !== this.#ending.session_id || session.stage === "ended"))
      this.#ending = null;
  }

  /** A new session numbers its lines from one again. */
  sessionChanged(): void {
    this.#read = 0;
    this.#told = 0;
  }

  /** Says whether the refusal was about the end. */
  refused(client_id: string, trouble: Trouble): boolean {
    if (this.#ending?.client_id !== client_id) return false;
    if (trouble.class !== "retry") {
      this.#ending = null;
      // Somebody else was faster: what was asked for has happened.
      if (trouble.code !== "session_ended") this.owner.endRefused(trouble);
    }
    return true;
  }

  #tellRead(): void {
    const { session } = this.owner.conversation();
    if (session === null || this.#read <= Math.max(this.#told, session.visitor_read)) return;
    const seq = this.#read;
    if (this.owner.send({ type: "read", seq })) {
      this.#told = seq;
      return;
    }
    const api = this.owner.http();
    if (api === null) return;
    this.#told = seq;
    // A lost read mark does no harm: the next one covers it.
    api.read(seq).catch(onlyTrouble(() => (this.#told = 0)));
  }

  #tellEnd(): void {
    const ending = this.#ending;
    if (ending === null || this.owner.send({ type: "end", client_id: ending.client_id })) return;
    this.owner
      .http()
      ?.end(ending.client_id)
      .catch(onlyTrouble((trouble) => this.refused(ending.client_id, trouble)));
  }
}

function onlyTrouble(handle: (trouble: Trouble) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof TroubleError)) throw error;
    handle(error.trouble);
  };
}
