/**
 * Several tabs of one agent agree who alerts: the one used last, because that one may make sounds, and another one when
 * it is closed. Web locks serve for it: the browser frees them even when a tab crashes. Browsers have them only over
 * https and on the same machine; elsewhere each tab alerts for itself, since two sounds are better than none.
 */

/** One tab among all that the agent has open in this browser. */
export class AlertTab {
  readonly #chosen: string;
  readonly #showing: string;
  readonly #locks: LockManager | null;
  #isChosen: boolean;
  #claim: AbortController | undefined;
  #shown: { id: string; end: AbortController } | undefined;

  constructor(agentId: string, locks: LockManager | null = browserLocks()) {
    this.#chosen = `frontdesk.alerts.${agentId}`;
    this.#showing = `frontdesk.shown.${agentId}.`;
    this.#locks = locks;
    this.#isChosen = locks === null;
  }

  /** Whether this is the tab that alerts. */
  get isChosen(): boolean {
    return this.#isChosen;
  }

  start(): void {
    this.#request(false);
  }

  stop(): void {
    this.#claim?.abort();
    this.#isChosen = this.#locks === null;
    this.show(undefined);
  }

  /** Somebody touched this tab: from now on it is the one. */
  used(): void {
    if (!this.#isChosen) this.#request(true);
  }

  /** Tells the other tabs which session is on a visible screen here. */
  show(sessionId: string | undefined): void {
    this.#shown?.end.abort();
    this.#shown = sessionId === undefined ? undefined : { id: sessionId, end: new AbortController() };
    if (this.#shown === undefined || this.#locks === null) return;
    const { id, end } = this.#shown;
    const given = this.#locks.request(this.#showing + id, { mode: "shared" }, () => aborted(end.signal));
    // Without the lock the other tabs may tell of what is read here, no more.
    given.catch(() => undefined);
  }

  /** The sessions that are on a visible screen in any tab. */
  async shown(): Promise<ReadonlySet<string>> {
    // A browser that does not answer says of this tab alone what is on the screen.
    const { held = [] } = (await this.#locks?.query().catch(() => undefined)) ?? {};
    const names = held.flatMap(({ name = "" }) => (name.startsWith(this.#showing) ? [name] : []));
    const elsewhere = names.map((name) => name.slice(this.#showing.length));
    return new Set(this.#shown === undefined ? elsewhere : [...elsewhere, this.#shown.id]);
  }

  /** Waits until no other tab is chosen, or takes its place; keeps the place until `stop` or until it is taken. */
  #request(isTaking: boolean): void {
    if (this.#locks === null) return;
    this.#claim?.abort();
    const claim = new AbortController();
    this.#claim = claim;
    const options: LockOptions = isTaking ? { steal: true } : { signal: claim.signal };
    const given = this.#locks.request(this.#chosen, options, () => {
      this.#isChosen = true;
      return aborted(claim.signal);
    });
    given.catch((error: unknown) => {
      if (claim.signal.aborted) return;
      const isTaken = error instanceof DOMException && error.name === "AbortError";
      this.#isChosen = !isTaken;
      if (isTaken) this.#request(false);
    });
  }
}

/** Not there on a page without https. */
function browserLocks(): LockManager | null {
  return (navigator as Partial<Navigator>).locks ?? null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
