/** Fetches lines that are missing at the new end of sessions (U1): one place that asks, so that nothing asks twice. */
import type { DeskHttp } from "./desk-http";
import type { AgentClientFrame, Entry } from "./types";
import { isMissingLines, lastSeq, type LiveSession, type Workbench } from "./workbench";

/** Lines may be on their way right behind the frame that tells of them: so long nobody asks, in milliseconds. */
export const PATIENCE_MS = 1_500;
/** Lines asked for at once when nothing is known of a session. */
const NEWEST = 30;

/** What catching up needs of its surroundings. */
export interface CatchUpOwner {
  workbench(): Workbench;
  bySocket(frame: AgentClientFrame): boolean;
  receivedEntries(sessionId: string, entries: readonly Entry[]): void;
}

/** Watches for missing lines and asks for them. */
export class CatchUp {
  readonly #askedAt = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly now: () => number,
    private readonly http: DeskHttp,
    private readonly owner: CatchUpOwner,
  ) {}

  /** Looks at what is missing: a seen gap is asked for at once, anything else if it does not come by itself. */
  look(): void {
    let isSomethingMissing = false;
    for (const session of this.owner.workbench().sessions.values()) {
      if (!isMissingLines(session)) continue;
      isSomethingMissing = true;
      if (session.isBehind) this.#ask(session);
    }
    if (isSomethingMissing && this.#timer === undefined) this.#timer = setTimeout(() => this.#lookAgain(), PATIENCE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#askedAt.clear();
  }

  #lookAgain(): void {
    this.#timer = undefined;
    for (const session of this.owner.workbench().sessions.values()) {
      if (isMissingLines(session)) this.#ask(session);
    }
    this.look();
  }

  #ask(session: LiveSession): void {
    const { id } = session.summary;
    const now = this.now();
    if (now - (this.#askedAt.get(id) ?? 0) < PATIENCE_MS) return;
    this.#askedAt.set(id, now);
    const after_seq = lastSeq(session);
    if (after_seq > 0 && this.owner.bySocket({ type: "catch_up", session_id: id, after_seq })) return;
    this.http.entries(id, after_seq > 0 ? { after_seq } : { limit: NEWEST }).then(
      ({ entries }) => this.owner.receivedEntries(id, entries),
      // Still missing: the next look asks again.
      () => undefined,
    );
  }
}
