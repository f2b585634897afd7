/**
 * Makes characters visible that would turn, hide or join text unseen (T108): bidirectional overrides,
 * zero-width characters, control characters. What people wrote stays as it is in the store.
 */

const SUSPECT =
  // The control characters are what is looked for.
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

const JOINER = "\u200d";
const NON_JOINER = "\u200c";

/** The text with each hidden character shown as its number, such as `[U+202E]`. */
export function revealHidden(text: string): string {
  return text.replace(SUSPECT, (found, at: number) => (belongs(found, text, at) ? found : numberOf(found)));
}

/** Whether this character does its ordinary work here: joining an emoji, shaping Persian or Hindi, ending a line. */
function belongs(found: string, text: string, at: number): boolean {
  if (found === "\r") return text[at + 1] === "\n";
  if (found === JOINER)
    return /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{M}]$/u.test(text.slice(Math.max(0, at - 2), at));
  if (found === NON_JOINER) return /[\p{Script=Arabic}\p{M}]$/u.test(text.slice(Math.max(0, at - 2), at));
  // The flags of England, Scotland and Wales are spelt with tag characters after a black flag.
  if (found.startsWith("\udb40")) return text.slice(Math.max(0, at - 14), at).includes("\u{1f3f4}");
  return false;
}

function numberOf(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}
