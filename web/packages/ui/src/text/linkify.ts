/**
 * Splits a message into text and safe links (T105, T108, T115). Only http and https addresses that the URL
 * parser accepts become links; they are written again from the parsed form, with the host in punycode, so
 * that what one reads is where one goes. Linear in the length of the text.
 */
import { revealHidden } from "./hidden";

/** A piece of a message: show `text` as a text node; never as markup. */
export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** Attributes of every link that a person wrote. */
export const LINK_ATTRIBUTES = {
  target: "_blank",
  rel: "noopener noreferrer nofollow",
  referrerPolicy: "no-referrer",
} as const;

/** Longer addresses stay text. */
const LONGEST_LINK = 2048;

// The host may be in any script (it is shown in punycode); from the first slash on only ASCII counts, because
// Chinese text often follows an address without a space.
const CANDIDATE =
  /https?:\/\/[^\s<>"'`\\/?#，。；：！？、（）【】《》“”‘’「」]+(?:[/?#][\w\-.~:/?#[\]@!$&()*+,;=%|]*)?/gi;

/** The text as parts, hidden characters made visible. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const address = match[0].slice(0, addressLength(match[0]));
    const link = linkTo(address);
    if (link === undefined) continue;
    pushText(parts, text.slice(done, match.index));
    parts.push(link);
    done = match.index + address.length;
  }
  pushText(parts, text.slice(done));
  return parts;
}

function pushText(parts: TextPart[], text: string): void {
  if (text !== "") parts.push({ kind: "text", text: revealHidden(text) });
}

/** The link for an address, unless it is none or hides its destination behind a user name. */
function linkTo(address: string): TextPart | undefined {
  if (address.length > LONGEST_LINK || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  if (!isWeb || url.hostname === "" || url.username !== "" || url.password !== "") return undefined;
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && !address.endsWith("/");
  return { kind: "link", href: url.href, text: bare ? url.origin : url.href };
}

/** How much of a candidate is address: closing signs of the sentence around it are not. */
function addressLength(candidate: string): number {
  let length = candidate.length;
  let surplus = count(candidate, ")") - count(candidate, "(");
  let surplusSquare = count(candidate, "]") - count(candidate, "[");
  for (; length > 0; length -= 1) {
    const last = candidate[length - 1] ?? "";
    if (last === ")" && surplus > 0) surplus -= 1;
    else if (last === "]" && surplusSquare > 0) surplusSquare -= 1;
    else if (!".,;:!?*~|".includes(last)) break;
  }
  return length;
}

function count(text: string, sign: string): number {
  let found = 0;
  for (const character of text) if (character === sign) found += 1;
  return found;
}
