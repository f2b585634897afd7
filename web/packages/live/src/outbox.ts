/**
 * Messages that the server has not acknowledged (C02). They live in the browser's storage, one entry each, until they
 * are: a reload, a closed page or a dead network loses none, and each keeps its `client_id`.
 */
import type { Trouble } from "@frontdesk/api-client/problem";

import type { KeyStore } from "./environment";
import type { Attachment, NewContent } from "./types";

/** A message on its way. */
export interface OutboxItem {
  readonly client_id: string;
  readonly session_id: string;
  readonly content: NewContent;
  /** What the attachment is, to show it before the server's line arrives. */
  readonly attachment?: Attachment;
  /** Milliseconds since 1970, made unique and rising: the order of sending. */
  readonly order: number;
  /** Number of the line that it became; set from the acknowledgement until that line is here. */
  readonly seq?: number;
  /** Set when the server refused it for good; then it waits for a person (WORK-09). */
  readonly trouble?: Trouble;
}

/** What a person wants to say. */
export type NewMessage = Pick<OutboxItem, "session_id" | "content" | "attachment">;

const PREFIX = "frontdesk.outbox.";

/** The unacknowledged messages of one agent. */
export class Outbox {
  #items: readonly OutboxItem[];
  readonly #prefix: string;

  /** Messages never go out under another sign-in than the one that wrote them. */
  constructor(
    private readonly store: KeyStore,
    agentId: string,
  ) {
    this.#prefix = `${PREFIX}${agentId}.`;
    this.#items = store
      .keys()
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => parse(store.get(key)))
      .filter((item) => item !== undefined)
      .sort((one, other) => one.order - other.order);
  }

  /** All messages in the order of writing; a new array after each change. */
  get items(): readonly OutboxItem[] {
    return this.#items;
  }

  find(clientId: string): OutboxItem | undefined {
    return this.#items.find((item) => item.client_id === clientId);
  }

  /** Keeps a message; it is in storage when this returns. */
  add(message: NewMessage, clientId: string, now: number): void {
    const order = Math.max(now, (this.#items.at(-1)?.order ?? 0) + 1);
    this.#put({ ...message, client_id: clientId, order });
  }

  /** The server has it: nothing to keep over a reload, but shown until its line arrives. */
  acknowledged(clientId: string, seq: number): void {
    this.store.remove(this.#prefix + clientId);
    this.#replace(clientId, (item) => {
      const { trouble: _, ...rest } = item;
      return { ...rest, seq };
    });
  }

  /** Its line is here, or its writer threw it away. */
  remove(clientId: string): void {
    this.store.remove(this.#prefix + clientId);
    this.#items = this.#items.filter((item) => item.client_id !== clientId);
  }

  /** Refused for good. */
  fail(clientId: string, trouble: Trouble): void {
    const item = this.find(clientId);
    if (item !== undefined) this.#put({ ...item, trouble });
  }

  /** To be sent again: under its old key, unless that was used up for something else. */
  retry(clientId: string, newClientId: string): void {
    const item = this.find(clientId);
    if (item?.trouble === undefined) return;
    const { trouble, ...rest } = item;
    const isUsedUp = trouble.code === "key_reused";
    if (isUsedUp) this.remove(clientId);
    this.#put({ ...rest, client_id: isUsedUp ? newClientId : clientId });
  }

  /** Forgets everything, when its agent signs out (T422). */
  clear(): void {
    for (const item of this.#items) this.remove(item.client_id);
  }

  #put(item: OutboxItem): void {
    this.store.set(this.#prefix + item.client_id, JSON.stringify(item));
    const others = this.#items.filter((other) => other.client_id !== item.client_id);
    this.#items = [...others, item].sort((one, other) => one.order - other.order);
  }

  #replace(clientId: string, change: (item: OutboxItem) => OutboxItem): void {
    this.#items = this.#items.map((item) => (item.client_id === clientId ? change(item) : item));
  }
}

/** A stored message; nothing when another program wrote there. */
function parse(text: string | null): OutboxItem | undefined {
  try {
    const item = JSON.parse(text ?? "null") as Partial<OutboxItem> | null;
    const isItem =
      typeof item?.client_id === "string" &&
      typeof item.session_id === "string" &&
      typeof item.order === "number" &&
      typeof item.content === "object";
    return isItem ? (item as OutboxItem) : undefined;
  } catch {
    return undefined;
  }
}
