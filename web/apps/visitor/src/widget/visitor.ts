/** What a page hands over about its visitor, brought into the shape that the desk takes (T102, T204). */
import type { Person, SignedIdentity } from "./protocol";

/** Texts by name, shown to agents. */
export type CustomData = Readonly<Record<string, string>>;

/** Who a visitor is; what is `null` was not told. */
export interface VisitorWish {
  readonly identity: SignedIdentity | null;
  readonly nickname: string | null;
  readonly avatar: string | null;
  readonly custom_data: CustomData | null;
}

const USER_ID_MAX = 128;
const NAME_MAX = 64;
const VALUE_MAX = 256;
const DATA_MAX = 20;

/** What the page told; `null` when it holds an identity that cannot be one. Nothing else is looked at. */
export function visitorOf(person: Person): VisitorWish | null {
  const { user_id, expires_at, signature, nickname, avatar, custom_data } = person;
  let identity = null;
  if ((user_id ?? expires_at ?? signature ?? null) !== null) {
    const isGood = isText(user_id, USER_ID_MAX) && Number.isInteger(expires_at) && isText(signature, NAME_MAX);
    if (!isGood) return null;
    identity = { user_id, expires_at: expires_at as number, signature };
  }
  return {
    identity,
    nickname: plain(nickname, NAME_MAX),
    avatar: plain(avatar, 500),
    custom_data: custom_data === undefined || custom_data === null ? null : dataOf(custom_data),
  };
}

/** Texts, numbers and yes or no by name; what is too long is cut, what is too much is left out. */
function dataOf(data: object | string | number): CustomData {
  const texts = Object.entries(data).flatMap(([name, value]) => {
    const [key, text] = [plain(name.trim(), NAME_MAX), plain(value, VALUE_MAX)];
    return key && text !== null ? [[key, text]] : [];
  });
  return Object.fromEntries(texts.slice(0, DATA_MAX)) as CustomData;
}

function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length <= max * 2;
}

/** A text of at most so many units, without half a character at its end; `null` for what is no plain value. */
function plain(value: unknown, max: number): string | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
        .slice(0, max)
        .replace(/[\ud800-\udbff]$/, "")
    : null;
}
