/**
 * What a page and the chat in its frame tell each other. Both sides take messages only from the one window and the one
 * origin that they expect, and only in these shapes; everything else is as if it had not come (T201 to T204).
 *
 * Nothing secret passes: the chat's token, ids and texts stay in the frame, and the page learns only that something came.
 */

/** The version of these shapes: the page's script and the frame may be of different releases. */
const VERSION = 1;

/** Who the page's server says the visitor is (SEC-03). */
export interface SignedIdentity {
  readonly user_id: string;
  /** Unix seconds. */
  readonly expires_at: number;
  readonly signature: string;
}

/** What the page says of its visitor, unchecked: names as in [SignedIdentity], and `nickname`, `avatar`, `custom_data`. */
export type Person = Readonly<Record<string, unknown>>;

export type Language = "zh-CN" | "en";

/** From the page to the frame. */
export type ToFrame =
  | { type: "init"; visitor: Person; language: Language | null; is_open: boolean }
  | { type: "visitor"; visitor: Person }
  | { type: "language"; language: Language }
  | { type: "panel"; is_open: boolean };

/** From the frame to the page. */
export type FromFrame =
  | { type: "hello" }
  | { type: "ready" }
  | { type: "close" }
  | { type: "message" }
  | { type: "unread"; count: number }
  | { type: "language"; language: Language }
  /** `is_kept`: this browser finds the conversation again on the next page. */
  | { type: "session"; state: "started" | "ended"; is_kept: boolean }
  | { type: "error"; code: string };

/** The message as it is posted. */
export function sealed(message: ToFrame | FromFrame): object {
  return { frontdesk: VERSION, ...message };
}

/** What was posted, if it is one of our messages; its fields may be anything. */
export function opened(data: unknown): Person | null {
  if (typeof data !== "object" || data === null) return null;
  return (data as Person).frontdesk === VERSION ? (data as Person) : null;
}

/** A language that the chat speaks; `null` for anything else. */
export function spoken(value: unknown): Language | null {
  return value === "zh-CN" || value === "en" ? value : null;
}
