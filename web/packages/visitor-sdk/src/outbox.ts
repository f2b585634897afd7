/**
 * Messages that the server has not acknowledged (C02). They live in the browser's storage, one entry each, until
 * they are: a reload, a closed page or a dead network loses none, and each keeps its `client_id` for ever.
 */
import { outboxPrefix } from "./local";
import type { Store } from "./store";
import type { Attachment, NewContent, Trouble } from "./types";

/** A message on its way. */
export interface OutboxItem {
  readonly client_id: string;
  readonly content: NewContent;
  /** What the attachment is, to show it before the server's line arrives. */
  readonly attachment?: Attachment;
  /** Milliseconds since 1970, made unique and rising: the order of sending. */
  readonly order: number;
  /** The page that sends it. */
  readonly owner: string;
  /** Set when the server refused it for good; then it waits for a person. */
  readonly trouble?: Trouble;
}

/** The stored messages of one visitor on one channel, as one page sees them. */
export class Outbox {
  #items: readonly OutboxItem[] = [];
  #prefix: string;

  /** `scope` names channel and visitor: messages never go out under another identity (U25). */
  constructor(
    private readonly store: Store,
    scope: string,
    private readonly page: string,
  ) {
    this.#prefix = outboxPrefix(scope);
    this.#items = this.#stored().filter((item) => item.owner === page);
  }

  /** This page's messages in the order of writing. */
  get items(): readonly OutboxItem[] {
    return this.#items;
  }

  /** Keeps a message; it is in storage when this returns. */
  add(message: { client_id: string; content: NewContent; attachment?: Attachment }, now: number): OutboxItem {
    const last = this.#items.at(-1)?.order ?? 0;
    const item: OutboxItem = { ...message, order: Math.max(now, last + 1), owner: this.page };
    this.#put(item);
    return item;
  }

  find(client_id: string): OutboxItem | undefined {
    return this.#items.find((item) => item.client_id === client_id);
  }

  /** The server has it, or the writer threw it away. */
  remove(client_id: string): void {
    this.store.remove(this.#prefix + client_id);
    this.#items = this.#items.filter((item) => item.client_id !== client_id);
  }

  /** Refused for good. */
  fail(client_id: string, trouble: Trouble): void {
    const item = this.find(client_id);
    if (item !== undefined) this.#put({ ...item, trouble });
  }

  /** To be sent again, under a new key if the old one was used for something else. */
  retry(client_id: string, new_client_id: string): void {
    const item = this.find(client_id);
    if (item === undefined) return;
    const { trouble, ...rest } = item;
    const isUsedUp = trouble?.code === "key_reused";
    if (isUsedUp) this.remove(client_id);
    this.#put({ ...rest, client_id: isUsedUp ? new_client_id : client_id });
  }

  /** Other pages that have messages here. */
  otherOwners(): string[] {
    return [...new Set(this.#stored().map((item) => item.owner))].filter((owner) => owner !== this.page);
  }

  /** Takes the messages of a page that is gone; says whether there were any. */
  adopt(owner: string): boolean {
    const orphans = this.#stored().filter((item) => item.owner === owner);
    for (const item of orphans) this.#put({ ...item, owner: this.page });
    return orphans.length > 0;
  }

  /** Takes what other pages have kept unsent for longer than they would need; used where pages cannot see each other live. */
  adoptOlderThan(order: number): boolean {
    const stale = this.#stored().filter(
      (item) => item.owner !== this.page && item.order < order && item.trouble === undefined,
    );
    for (const item of stale) this.#put({ ...item, owner: this.page });
    return stale.length > 0;
  }

  /** Forgets what another page has sent or thrown away meanwhile; says whether anything went. */
  dropVanished(): boolean {
    const kept = this.#items.filter((item) => this.store.get(this.#prefix + item.client_id) !== null);
    const changed = kept.length < this.#items.length;
    this.#items = kept;
    return changed;
  }

  /** Carries this page's messages over to the visitor that the server has just made for it. */
  moveTo(scope: string): void {
    const items = this.#items;
    for (const item of items) this.remove(item.client_id);
    this.#prefix = outboxPrefix(scope);
    this.#items = this.#stored().filter((item) => item.owner === this.page);
    for (const item of items) this.#put(item);
  }

  /** Whether a changed storage key belongs to this outbox. */
  concerns(key: string | null): boolean {
    return key === null || key.startsWith(this.#prefix);
  }

  #put(item: OutboxItem): void {
    this.store.set(this.#prefix + item.client_id, JSON.stringify(item));
    const others = this.#items.filter((other) => other.client_id !== item.client_id);
    this.#items = [...others, item].sort((one, other) => one.order - other.order);
  }

  #stored(): OutboxItem[] {
    return this.store
      .keys()
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => parse(this.store.get(key)))
      .filter((item) => item !== null)
      .sort((one, other) => one.order - other.order);
  }
}

function parse(text: string | null): OutboxItem | null {
  try {
    const item = JSON.parse(text ?? "null") as Partial<OutboxItem> | null;
    const isItem =
      typeof item?.client_id === "string" &&
      typeof item.order === "number" &&
      typeof item.owner === "string" &&
      typeof item.content === "object";
    return isItem ? (item as OutboxItem) : null;
  } catch {
    return null;
  }
}
