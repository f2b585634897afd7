/** What a conversation shows, line by line: made from entries and unsent messages; no DOM. */
import type { components } from "@frontdesk/api-client/schema";
import type { Trouble } from "@frontdesk/api-client/problem";

type Schemas = components["schemas"];

/** A line of a session's log as agents see it. */
export type Entry = Schemas["Entry"];
/** What a message holds. */
export type Content = Schemas["Content"];
export type EndedBy = Schemas["EndedBy"];
export type RequeueReason = Schemas["RequeueReason"];
/** An earlier session of the same visitor. */
export type EarlierSession = Schemas["HistorySession"];

/** A message that the server has not shown us yet. */
export interface UnsentMessage {
  readonly client_id: string;
  readonly content: Schemas["NewContent"];
  readonly attachment?: Schemas["Attachment"];
  /** When it was written, milliseconds since 1970. */
  readonly order: number;
  /** The server has it. */
  readonly seq?: number;
  /** The server refused it. */
  readonly trouble?: Trouble;
}

/** Which side of the conversation a bubble stands on. */
export type Side = "visitor" | "agent" | "flow";

/** How far a message of ours has come. */
export type Delivery =
  | { readonly kind: "sending"; readonly clientId: string }
  | { readonly kind: "sent" }
  | { readonly kind: "read" }
  | { readonly kind: "failed"; readonly clientId: string; readonly trouble: Trouble };

/** One bubble. */
export interface MessageLine {
  readonly kind: "message";
  readonly key: string;
  readonly at: number;
  readonly side: Side;
  readonly content: Content;
  /** What the visitor chose or filled in, where the content asked (MSG-15, MSG-21, MSG-09). */
  readonly chosen?: string;
  /** First of a group of the same side. */
  readonly isFirst: boolean;
  /** Last of a group. */
  readonly isLast: boolean;
  /** Only for messages of this session's agents. */
  readonly delivery?: Delivery;
}

/** One row of a conversation. */
export type Line =
  | MessageLine
  | { readonly kind: "time"; readonly key: string; readonly at: number }
  | { readonly kind: "session"; readonly key: string; readonly session: EarlierSession }
  | { readonly kind: "current"; readonly key: string; readonly at: number }
  | { readonly kind: "notice"; readonly key: string; readonly at: number; readonly notice: Notice };

/** Something that happened, told in the middle. */
export type Notice =
  | { readonly kind: "assigned"; readonly nickname: string; readonly staffNo: string }
  | { readonly kind: "requeued"; readonly reason: RequeueReason }
  | { readonly kind: "rated"; readonly level: string; readonly value: number; readonly comment: string | undefined }
  | { readonly kind: "ended"; readonly by: EndedBy };

/** Silence after which the time is shown again, in milliseconds. */
const TIME_LINE_AFTER_MS = 5 * 60_000;
/** Messages of one side within this time stand together, in milliseconds. */
const GROUP_MS = 2 * 60_000;

/** Lines of a session, its unsent messages last; `visitorRead` is the last number that the visitor has seen. */
export function sessionLines(entries: readonly Entry[], unsent: readonly UnsentMessage[], visitorRead: number): Line[] {
  const arrived = new Set(entries.map((entry) => entry.client_id));
  const chosen = choices(entries);
  const lines = entries.map((entry) => lineOf(entry, chosen, visitorRead)).filter((line) => line !== undefined);
  const waiting = unsent.filter(({ client_id }) => !arrived.has(client_id)).map(unsentLine);
  return grouped([...lines, ...waiting.filter((line) => line !== undefined)]);
}

/** Lines of earlier sessions, each session under a divider, ended by the divider of the one at hand. */
export function historyLines(
  entries: readonly Entry[],
  sessions: readonly EarlierSession[],
  currentStartedAt: number,
): Line[] {
  if (entries.length === 0) return [];
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const blocks = new Map<string, Entry[]>();
  for (const entry of entries) blocks.set(entry.session_id, [...(blocks.get(entry.session_id) ?? []), entry]);
  const lines = [...blocks].flatMap(([id, block]) => {
    const session = byId.get(id);
    const head: Line[] = session === undefined ? [] : [{ kind: "session", key: `session ${id}`, session }];
    const chosen = choices(block);
    return [...head, ...grouped(block.map((entry) => lineOf(entry, chosen)).filter((line) => line !== undefined))];
  });
  return [...lines, { kind: "current", key: "current", at: currentStartedAt }];
}

/** What was chosen in lines that asked, by their numbers: said by later lines, of which the newest counts. */
function choices(entries: readonly Entry[]): ReadonlyMap<number, string> {
  const chosen = new Map<number, string>();
  for (const { body } of entries) {
    if (body.kind === "selected") chosen.set(body.line, body.choice.content);
    if (body.kind === "rated") chosen.set(body.line, body.answer.level.content);
  }
  return chosen;
}

/** A row for a line of the log; nothing for what agents need not see. */
function lineOf(entry: Entry, chosen: ReadonlyMap<number, string>, visitorRead?: number): Line | undefined {
  const { id: key, at, body } = entry;
  switch (body.kind) {
    case "message":
      return messageLine(entry, body.content, chosen.get(entry.seq), visitorRead);
    case "rated": {
      const { level, comment } = body.answer;
      return { kind: "notice", key, at, notice: { kind: "rated", level: level.content, value: level.value, comment } };
    }
    case "assigned":
      return { kind: "notice", key, at, notice: { kind: "assigned", nickname: body.nickname, staffNo: body.staff_no } };
    case "requeued":
      return { kind: "notice", key, at, notice: { kind: "requeued", reason: body.reason ?? "forced_offline" } };
    case "ended":
      return { kind: "notice", key, at, notice: { kind: "ended", by: body.by } };
    case "selected":
    case "started":
    case "flow_step":
    case "queued":
    case "left_queue":
      return undefined;
    default:
      return unknownBody(body);
  }
}

function messageLine(
  entry: Entry,
  content: Content,
  chosen: string | undefined,
  visitorRead: number | undefined,
): MessageLine {
  const side = sideOf(entry.author);
  const isOurs = side === "agent" && visitorRead !== undefined;
  // The key outlives the change from unsent to sent, so the bubble does not blink.
  return {
    kind: "message",
    key: entry.client_id ?? entry.id,
    at: entry.at,
    side,
    content,
    isFirst: true,
    isLast: true,
    ...(chosen === undefined ? {} : { chosen }),
    ...(isOurs ? { delivery: { kind: entry.seq <= visitorRead ? "read" : "sent" } as const } : {}),
  };
}

function unsentLine(message: UnsentMessage): MessageLine | undefined {
  const content = contentOf(message);
  if (content === undefined) return undefined;
  const line = { kind: "message", key: message.client_id, at: message.order, side: "agent", content } as const;
  return { ...line, isFirst: true, isLast: true, delivery: deliveryOf(message) };
}

function deliveryOf({ client_id: clientId, seq, trouble }: UnsentMessage): Delivery {
  if (trouble !== undefined) return { kind: "failed", clientId, trouble };
  return seq === undefined ? { kind: "sending", clientId } : { kind: "sent" };
}

function contentOf({ content, attachment }: UnsentMessage): Content | undefined {
  if (content.type === "text") return content;
  return attachment && { type: content.type, attachment };
}

function sideOf(author: Entry["author"]): Side {
  if (author.type === "visitor") return "visitor";
  return author.type === "agent" ? "agent" : "flow";
}

/** Puts time lines after silences, and bubbles of one side together. */
function grouped(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  let before: Line | undefined;
  for (const line of lines) {
    const silence = at(line) - at(before);
    if (silence > TIME_LINE_AFTER_MS) result.push({ kind: "time", key: `time ${line.key}`, at: at(line) });
    if (line.kind === "message" && before?.kind === "message" && before.side === line.side && silence <= GROUP_MS) {
      result[result.length - 1] = { ...before, isFirst: lastMessage(result).isFirst, isLast: false };
      result.push({ ...line, isFirst: false });
    } else {
      result.push(line);
    }
    before = line;
  }
  return result;
}

function lastMessage(lines: readonly Line[]): { isFirst: boolean } {
  const last = lines.at(-1);
  return last?.kind === "message" ? last : { isFirst: true };
}

function at(line: Line | undefined): number {
  return line === undefined || line.kind === "session" ? 0 : line.at;
}

/** A newer server may log what this page does not know. */
function unknownBody(_body: never): undefined {
  return undefined;
}
