/**
 * What the conversation looks like, line by line: times after five minutes of silence, system lines, messages
 * grouped by who said them. Pure, so that it can be tested without a page.
 */
import type { Attachment, ClientState, Pending, VisitorEntry } from "@frontdesk/visitor-sdk";

/** A pause as long as this is marked with the time. */
const PAUSE_MS = 5 * 60_000;

/** Who said something. */
export type Speaker =
  { readonly kind: "visitor" } | { readonly kind: "desk" } | { readonly kind: "agent"; readonly name: string };

/** How far an own message has come. */
export type Mark = "queued" | "sending" | "uploading" | "failed" | "sent" | "read" | null;

/** What a message says. */
export type Said =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "file"; readonly attachment: Attachment }
  | Typed
  | { readonly type: "upload"; readonly file: File; readonly progress: number }
  /** An attachment that waited over a reload: only its kind is known. */
  | { readonly type: "unknown"; readonly kind: "image" | "file" };

/** A content that is more than words or a file; what was answered stands in later lines. */
export interface Typed {
  readonly type: "typed";
  readonly content: Exclude<
    Extract<VisitorEntry["body"], { kind: "message" }>["content"],
    { type: "text" | "image" | "file" }
  >;
  readonly entry: VisitorEntry;
}

/** One line of the page. */
export type Item =
  | { readonly kind: "time"; readonly key: string; readonly at: number }
  | { readonly kind: "system"; readonly key: string; readonly at: number; readonly event: SystemEvent }
  | {
      readonly kind: "message";
      readonly key: string;
      /** `null` for the greeting before a session. */
      readonly at: number | null;
      readonly speaker: Speaker;
      readonly said: Said;
      readonly mark: Mark;
      /** First and last of the messages that one speaker said in a row. */
      readonly opens: boolean;
      readonly closes: boolean;
      readonly pending: Pending | null;
    };

/** What happened to a session. */
export type SystemEvent =
  | { readonly kind: "assigned"; readonly nickname: string; readonly staff_no: string }
  | { readonly kind: "requeued" }
  | { readonly kind: "ended"; readonly by: Extract<VisitorEntry["body"], { kind: "ended" }>["by"] };

type Message = Extract<Item, { kind: "message" }>;

/** The page's lines, oldest first. */
export function timeline(state: ClientState): Item[] {
  const items: Item[] = [];
  const { session, entries, greeting } = state.conversation;
  if (session === null && entries.length === 0) {
    const texts = greeting.length > 0 ? greeting : (state.channel?.greeting ?? []);
    for (const [at, text] of texts.entries()) items.push(greetingItem(text, at));
  }
  let agent = "";
  let last_at = 0;
  for (const entry of entries) {
    // Shown where it was asked.
    if (!isRow(entry)) continue;
    if (entry.body.kind === "assigned") agent = entry.body.nickname;
    if (entry.at - last_at >= PAUSE_MS) items.push({ kind: "time", key: `time ${entry.id}`, at: entry.at });
    last_at = entry.at;
    const current = session?.id === entry.session_id ? session : null;
    items.push(entryItem(entry, agent || (current?.agent?.nickname ?? ""), current?.agent_read ?? null));
  }
  for (const pending of state.pending) {
    if (pending.order - last_at >= PAUSE_MS)
      items.push({ kind: "time", key: `time ${pending.key}`, at: pending.order });
    last_at = Math.max(last_at, pending.order);
    items.push(pendingItem(pending));
  }
  return onlyLastMarks(grouped(items));
}

function greetingItem(text: string, at: number): Message {
  const said: Said = { type: "text", text };
  return {
    kind: "message",
    key: `greeting ${at}`,
    at: null,
    speaker: { kind: "desk" },
    said,
    mark: null,
    opens: true,
    closes: true,
    pending: null,
  };
}

type AnswerBody = Extract<VisitorEntry["body"], { kind: "selected" | "rated" }>;

/** A line that has a place of its own on the page. */
type Row = VisitorEntry & { readonly body: Exclude<VisitorEntry["body"], AnswerBody> };

function isRow(entry: VisitorEntry): entry is Row {
  return entry.body.kind !== "selected" && entry.body.kind !== "rated";
}

/** `agent_read` is known of the latest session only; what became of older messages nobody asks. */
function entryItem(entry: Row, agent: string, agent_read: number | null): Item {
  const { body, at } = entry;
  // The message keeps its key when it turns from pending into a line, so its bubble stays the same element.
  const key = entry.client_id ?? entry.id;
  if (body.kind !== "message") {
    return { kind: "system", key, at, event: systemEvent(body) };
  }
  const { content } = body;
  const said: Said =
    content.type === "text"
      ? { type: "text", text: content.text }
      : "attachment" in content
        ? { type: content.type, attachment: content.attachment }
        : { type: "typed", content, entry };
  const own = entry.author === "visitor";
  const speaker: Speaker = own
    ? { kind: "visitor" }
    : entry.author === "agent"
      ? { kind: "agent", name: agent }
      : { kind: "desk" };
  const mark = own && agent_read !== null ? (entry.seq <= agent_read ? "read" : "sent") : null;
  return { kind: "message", key, at, speaker, said, mark, opens: true, closes: true, pending: null };
}

function systemEvent(body: Extract<VisitorEntry["body"], { kind: "assigned" | "requeued" | "ended" }>): SystemEvent {
  switch (body.kind) {
    case "assigned":
      return { kind: "assigned", nickname: body.nickname, staff_no: body.staff_no };
    case "requeued":
      return { kind: "requeued" };
    case "ended":
      return { kind: "ended", by: body.by };
  }
}

function pendingItem(pending: Pending): Item {
  const { key, order, state, content, progress } = pending;
  let said: Said;
  if (content.type === "text") said = content;
  else if (content.type === "file") said = { type: "upload", file: content.file, progress };
  else if (content.attachment === undefined) said = { type: "unknown", kind: content.kind };
  else said = { type: content.kind, attachment: content.attachment };
  return {
    kind: "message",
    key,
    at: order,
    speaker: { kind: "visitor" },
    said,
    mark: state,
    opens: true,
    closes: true,
    pending,
  };
}

/** Marks where each speaker begins and ends. */
function grouped(items: readonly Item[]): Item[] {
  return items.map((item, at) => {
    if (item.kind !== "message") return item;
    return { ...item, opens: !isSameSpeaker(items[at - 1], item), closes: !isSameSpeaker(items[at + 1], item) };
  });
}

function isSameSpeaker(other: Item | undefined, item: Message): boolean {
  if (other?.kind !== "message" || other.speaker.kind !== item.speaker.kind) return false;
  return other.speaker.kind !== "agent" || item.speaker.kind !== "agent" || other.speaker.name === item.speaker.name;
}

/** "Read" and "delivered" stand once per run of the same mark; trouble and waiting stand at each message. */
function onlyLastMarks(items: readonly Item[]): Item[] {
  return items.map((item, at) => {
    if (item.kind !== "message" || (item.mark !== "sent" && item.mark !== "read")) return item;
    const next = items[at + 1];
    const isRepeated = !item.closes && next?.kind === "message" && next.mark === item.mark;
    return isRepeated ? { ...item, mark: null } : item;
  });
}
