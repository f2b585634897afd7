/** What a page shows: everything in one immutable value. */
import { EMPTY_CONVERSATION, type Conversation } from "./conversation";
import type { Outbox } from "./outbox";
import type { Sender } from "./sender";
import type { Attachment, PublicChannel, Trouble } from "./types";
import type { Uploads } from "./uploads";

/** How the page reaches the desk. */
export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "online"; readonly via: "socket" | "http" }
  /** `since` and `retry_at`: milliseconds since 1970. */
  | { readonly kind: "offline"; readonly since: number; readonly retry_at: number };

/** What a message on its way says. */
export type PendingContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "file"; readonly file: File }
  | { readonly type: "attachment"; readonly kind: "image" | "file"; readonly attachment: Attachment | undefined };

/** A message of this page that is not yet a line of the conversation. */
export interface Pending {
  /** Its `client_id`. */
  readonly key: string;
  /** When it was written, milliseconds since 1970; rises from one to the next. */
  readonly order: number;
  readonly content: PendingContent;
  /** `sent`: the server has it, its line is about to come. */
  readonly state: "uploading" | "queued" | "sending" | "sent" | "failed";
  /** Share of an upload that has gone out, 0 to 1. */
  readonly progress: number;
  /** Why it failed. */
  readonly trouble: Trouble | null;
}

/** Everything that a page shows. */
export interface ClientState {
  /** `starting`: nothing came yet; `refused`: the desk does not take this page, see `trouble`. */
  readonly phase: "starting" | "ready" | "refused";
  readonly trouble: Trouble | null;
  /** Set while the very first calls fail. Milliseconds since 1970. */
  readonly start_failure: { readonly since: number; readonly retry_at: number } | null;
  readonly channel: PublicChannel | null;
  readonly conversation: Conversation;
  readonly pending: readonly Pending[];
  readonly link: Link;
  readonly is_agent_typing: boolean;
  readonly is_loading_earlier: boolean;
  /** The visitor asked for the end of the session. */
  readonly is_ending: boolean;
  /** Something that a person asked for was not done. */
  readonly notice: Trouble | null;
  /** Whether drafts and unsent messages outlive the page. */
  readonly is_persistent: boolean;
}

/** Before anything is known. */
export function initialState(channel: PublicChannel | null, is_persistent: boolean): ClientState {
  return {
    phase: "starting",
    trouble: null,
    start_failure: null,
    channel,
    conversation: EMPTY_CONVERSATION,
    pending: [],
    link: { kind: "connecting" },
    is_agent_typing: false,
    is_loading_earlier: false,
    is_ending: false,
    notice: null,
    is_persistent,
  };
}

/** All messages on their way, in the order of writing. */
export function pendingOf(outbox: Outbox, sender: Sender, uploads: Uploads): Pending[] {
  const sent = sender.sent.map(({ item }) => ({ item, state: "sent" as const }));
  const waiting = outbox.items.map((item) => {
    const state = sender.isInFlight(item.client_id) ? ("sending" as const) : ("queued" as const);
    return { item, state: item.trouble === undefined ? state : ("failed" as const) };
  });
  const messages = [...sent, ...waiting].map(({ item, state }): Pending => ({
    key: item.client_id,
    order: item.order,
    content:
      item.content.type === "text"
        ? { type: "text", text: item.content.text }
        : { type: "attachment", kind: item.content.type, attachment: item.attachment },
    state,
    progress: 1,
    trouble: item.trouble ?? null,
  }));
  const files = uploads.items.map((upload): Pending => ({
    key: upload.key,
    order: upload.order,
    content: { type: "file", file: upload.file },
    state: upload.trouble === undefined ? "uploading" : "failed",
    progress: upload.progress,
    trouble: upload.trouble ?? null,
  }));
  return [...messages, ...files].sort((one, other) => one.order - other.order);
}
