/** Longest message, in characters as people count them. */
export const TEXT_MAX_CHARS = 4_000;

/**
 * Whether this key sends: Enter alone. Shift+Enter breaks the line. While an input method composes (Chinese,
 * Japanese, Korean), Enter chooses a word; some browsers say so only by the key code 229.
 */
export function isSendKey(event: Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
