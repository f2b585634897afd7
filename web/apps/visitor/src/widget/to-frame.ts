/** What the frame takes from the page around it: these shapes, and in them no other fields (T203, T204). */
import { opened, spoken, type Person, type ToFrame } from "./protocol";

/** A message from the page, if that is what `data` is. */
export function readToFrame(data: unknown): ToFrame | null {
  const message = opened(data);
  if (message === null) return null;
  const { type, is_open } = message;
  const visitor = typeof message.visitor === "object" ? (message.visitor as Person | null) : null;
  const language = spoken(message.language);
  if (type === "init" && visitor !== null && typeof is_open === "boolean") return { type, visitor, language, is_open };
  if (type === "visitor" && visitor !== null) return { type, visitor };
  if (type === "language" && language !== null) return { type, language };
  return type === "panel" && typeof is_open === "boolean" ? { type, is_open } : null;
}
