/** The lines that a website's author copies (CHAN-02). */
import type { Channel } from "../shared/wire";

/** A release's script under a name that never changes its content (T220). */
export interface WidgetFile {
  readonly path: string;
  readonly integrity: string;
}

/** Addresses that only a listener has: nobody reaches a desk there from elsewhere. */
const UNREACHABLE = new Set(["0.0.0.0", "[::]"]);

/** Where the desk is reached: as its operator has set it, never as a request says (T225). */
export function deskUrl(channel: Pick<Channel, "desk_url">, here: string): string {
  return UNREACHABLE.has(new URL(channel.desk_url).hostname) ? here : channel.desk_url;
}

/** The one line for any page. */
export function embedCode(desk: string, key: string): string {
  return `<script async src="${desk}/widget.js" data-channel="${key}"></script>`;
}

/** The same with a hash that browsers check. */
export function pinnedCode(desk: string, key: string, { path, integrity }: WidgetFile): string {
  const check = `integrity="${integrity}" crossorigin="anonymous"`;
  return `<script async src="${desk}${path}" ${check} data-channel="${key}"></script>`;
}
