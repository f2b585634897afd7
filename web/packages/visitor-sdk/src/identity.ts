/**
 * Who this browser is on a channel. The token is a secret that only the server makes; another account in the
 * same browser starts from nothing, so nobody is shown another person's history (U25).
 */
import type { VisitorApi } from "./api";
import type { Environment } from "./environment";
import type { Language, SignedIdentity } from "./types";

/** What is remembered of a visitor. */
export interface Identity {
  readonly visitor_id: string;
  readonly token: string;
  /** The host page's id of the person, when the identity was signed. */
  readonly user_id?: string;
}

/** Where the identity of a channel is kept. */
export function identityKey(channelKey: string): string {
  return `frontdesk.visitor.${channelKey}`;
}

/** The remembered identity, unless it is another account's. */
export function rememberedIdentity(env: Environment, channelKey: string, user_id: string | undefined): Identity | null {
  const identity = readIdentity(env, channelKey);
  return identity !== null && identity.user_id === user_id ? identity : null;
}

/** What to ask the server for. */
export interface IdentityWish {
  readonly channelKey: string;
  readonly language: Language;
  readonly signed?: SignedIdentity | undefined;
}

/**
 * Asks the server who this browser is and remembers it. Pages that open at the same time ask one after the
 * other, so that they become one visitor. Fails with a `TroubleError`.
 */
export async function obtainIdentity(env: Environment, api: VisitorApi, wish: IdentityWish): Promise<Identity> {
  const ask = async () => {
    const user_id = wish.signed?.user_id;
    const known = rememberedIdentity(env, wish.channelKey, user_id);
    const { visitor, token } = await api.requestToken({
      language: wish.language,
      ...(wish.signed === undefined ? {} : { identity: wish.signed }),
      ...(known === null ? {} : { token: known.token }),
    });
    const identity: Identity = {
      visitor_id: visitor.id,
      token: token ?? known?.token ?? "",
      ...(user_id === undefined ? {} : { user_id }),
    };
    env.storage.set(identityKey(wish.channelKey), JSON.stringify(identity));
    return identity;
  };
  return env.locks === undefined ? ask() : env.locks.request(`frontdesk.identity.${wish.channelKey}`, ask);
}

/** The identity that is remembered now, whoever's it is. */
export function readIdentity(env: Environment, channelKey: string): Identity | null {
  try {
    const kept = JSON.parse(env.storage.get(identityKey(channelKey)) ?? "null") as Partial<Identity> | null;
    return typeof kept?.token === "string" && typeof kept.visitor_id === "string" ? (kept as Identity) : null;
  } catch {
    return null;
  }
}
