/** The chat's side of the talk with the page around it (CHAN-04). See `widget/protocol.ts` for what passes. */
import { sealed, type FromFrame, type ToFrame } from "./widget/protocol";
import { readToFrame } from "./widget/to-frame";

/** The page around, if there is one that speaks with us. */
export interface Host {
  tell(message: FromFrame): void;
  /** Calls back with each message from it. */
  listen(listener: (message: ToFrame) => void): void;
}

/**
 * The page that shows us in a panel. It says its origin in the address; that is no proof and needs none: the browser delivers
 * our messages to that origin only and says from which one messages come, and which websites may frame us at all
 * the server has told the browser (T201, T205, T212).
 */
export function hostAround(hash: string = location.hash): Host | null {
  const origin = hostOrigin(hash);
  const around = window.parent;
  if (origin === null || around === window) return null;
  return {
    tell: (message) => around.postMessage(sealed(message), origin),
    listen(listener) {
      addEventListener("message", (event) => {
        if (event.source !== around || event.origin !== origin) return;
        const message = readToFrame(event.data);
        if (message !== null) listener(message);
      });
    },
  };
}

/** The origin in `#host=…`; `null` for anything that is not exactly an origin. */
export function hostOrigin(hash: string): string | null {
  const wish = new URLSearchParams(hash.slice(1)).get("host");
  if (wish === null) return null;
  try {
    const { origin, protocol } = new URL(wish);
    return origin === wish && (protocol === "https:" || protocol === "http:") ? origin : null;
  } catch {
    return null;
  }
}
