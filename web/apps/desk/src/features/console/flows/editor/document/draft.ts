/**
 * Saves a draft as it is edited: a moment after the last change, one call at a time, again after a failure, and never
 * over what somebody else has saved meanwhile.
 */
import type { FlowDocument, FlowFault } from "../../../shared/wire";

/** After the last change, in milliseconds. */
const QUIET_MS = 800;
/** After a call that failed, in milliseconds. */
const RETRY_MS = 5_000;

/** What the server answers to a saved draft. */
export interface Saved {
  readonly revision: number;
  readonly faults: readonly FlowFault[];
}

/** How the draft stands. */
export type DraftState =
  | { readonly kind: "saved" }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  /** Tried again by itself. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** Somebody else saved meanwhile: nothing is saved until one of the two is chosen. */
  | { readonly kind: "conflict"; readonly error: unknown };

/** Who keeps the draft. */
export interface DraftOwner {
  /** Puts a document in place of the draft with this revision. */
  save(document: FlowDocument, revision: number): Promise<Saved>;
  /** Whether a refusal says that the revision is not the newest any more. */
  isConflict(error: unknown): boolean;
  changed(state: DraftState): void;
  saved(saved: Saved): void;
}

export class Draft {
  #state: DraftState = { kind: "saved" };
  #document: FlowDocument;
  /** What the server has. */
  #kept: FlowDocument;
  #revision: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;
  #isStopped = false;

  constructor(
    private readonly owner: DraftOwner,
    document: FlowDocument,
    revision: number,
  ) {
    this.#document = this.#kept = document;
    this.#revision = revision;
  }

  get state(): DraftState {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The document is another now. */
  change(document: FlowDocument): void {
    if (document === this.#document) return;
    this.#document = document;
    if (this.#state.kind === "conflict") return;
    if (this.#state.kind === "saved" || this.#state.kind === "failed") this.#set({ kind: "unsaved" });
    this.#later(QUIET_MS);
  }

  /** Saves at once what is not saved; says whether all is. */
  async flush(): Promise<boolean> {
    while (this.#state.kind !== "conflict" && !this.#isStopped) {
      if (this.#saving !== undefined) await this.#saving;
      else if (this.#document === this.#kept) break;
      else {
        await this.#save();
        if (this.#document !== this.#kept && this.#failed()) break;
      }
    }
    return this.#document === this.#kept;
  }

  /** Puts this document over what somebody else saved as `revision`. */
  overwrite(revision: number): void {
    this.#revision = revision;
    this.#set({ kind: "unsaved" });
    this.#later(0);
  }

  /** Goes on with what the server has. */
  take(document: FlowDocument, revision: number): void {
    clearTimeout(this.#timer);
    this.#document = this.#kept = document;
    this.#revision = revision;
    this.#set({ kind: "saved" });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), delay);
  }

  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#saving !== undefined || this.#isStopped) return this.#saving;
    this.#saving = this.#call(this.#document);
    await this.#saving;
    this.#saving = undefined;
    // What was changed while the call was under way.
    if (this.#document !== this.#kept && this.#state.kind === "unsaved") this.#later(QUIET_MS);
  }

  async #call(document: FlowDocument): Promise<void> {
    this.#set({ kind: "saving" });
    try {
      const saved = await this.owner.save(document, this.#revision);
      this.#revision = saved.revision;
      this.#kept = document;
      this.#set({ kind: document === this.#document ? "saved" : "unsaved" });
      this.owner.saved(saved);
    } catch (error) {
      if (this.owner.isConflict(error)) return this.#set({ kind: "conflict", error });
      this.#set({ kind: "failed", error });
      if (!this.#isStopped) this.#later(RETRY_MS);
    }
  }

  #failed(): boolean {
    return this.#state.kind === "failed" || this.#state.kind === "conflict";
  }

  #set(state: DraftState): void {
    this.#state = state;
    if (!this.#isStopped) this.owner.changed(state);
  }
}
