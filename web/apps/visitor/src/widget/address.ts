/** Where the desk is, told by the script's own address or by the page's author; never by a message (T204, T206). */

/** Scheme, host and port of the desk; `null` when the address is none that a page can load. */
export function deskOrigin(address: string, page: string): string | null {
  try {
    const url = new URL(address, page);
    return url.protocol === "https:" || url.protocol === "http:" ? url.origin : null;
  } catch {
    return null;
  }
}

/** A channel's key, as it stands in `/chat/<key>`; `null` for anything else. */
export function channelKey(text: string | null): string | null {
  return text !== null && /^[a-z0-9-]{3,40}$/.test(text) ? text : null;
}
