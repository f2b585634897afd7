/**
 * `/widget.js`: puts the chat into any page by one line,
 * `<script async src="https://desk.example/widget.js" data-channel="demo"></script>`.
 *
 * One global, `Frontdesk`. Before the script is there the page may make it a list, `(window.Frontdesk ||= []).push(["open"])`.
 */
import { channelKey, deskOrigin } from "./address";
import { guarded, warn } from "./guard";
import { Widget } from "./widget";

type Command = readonly unknown[];

/** What a page may call; a list of calls before the script has come. */
interface Frontdesk {
  /** Calls by name, as `push(["open"])`: the same before and after the script has come. */
  push(...commands: Command[]): void;
  readonly [call: string]: (...passed: never[]) => void;
}

interface Place {
  Frontdesk?: Frontdesk | Command[];
}

const CALLS = ["open", "close", "toggle", "identify", "setCustomData", "setLanguage", "on", "off", "destroy"] as const;

function begin(script: HTMLScriptElement | null): void {
  const place = window as unknown as Place;
  const before = place.Frontdesk;
  // Included twice: the first one stays.
  if (before !== undefined && !Array.isArray(before)) return;
  const attribute = (name: string) => script?.getAttribute(`data-${name}`) ?? null;
  const channel = channelKey(attribute("channel"));
  const desk = deskOrigin(attribute("desk") ?? script?.src ?? "", location.href);
  if (channel === null) return warn("data-channel is missing");
  if (desk === null) return warn("data-desk is no address");
  // A page without an origin of its own (a file, a sandbox) is nobody's website.
  if (location.origin === "null") return warn("this page has no origin");

  const widget = new Widget({
    desk,
    channel,
    language: attribute("language"),
    hasOwnLauncher: attribute("launcher") === "none",
    zIndex: attribute("z-index"),
  });
  const calls: Record<string, (...passed: never[]) => void> = {};
  for (let at = 0; at < CALLS.length; at += 1) {
    const name = CALLS[at] as (typeof CALLS)[number];
    calls[name] = guarded((...passed: unknown[]) => {
      widget[name](passed[0], passed[1]);
      if (name === "destroy") delete place.Frontdesk;
    });
  }
  const push = guarded((...commands: Command[]) => {
    for (let at = 0; at < commands.length; at += 1) {
      const [name, ...passed] = commands[at] ?? [];
      const call = typeof name === "string" && Object.hasOwn(calls, name) ? calls[name] : undefined;
      if (call === undefined) warn(`there is no call ${String(name)}`);
      else call(...(passed as never[]));
    }
  });
  place.Frontdesk = { ...calls, push };
  widget.start();
  if (before !== undefined) push(...before);
}

const start = guarded(begin);
const script = document.currentScript as HTMLScriptElement | null;
if (document.body === null) document.addEventListener("DOMContentLoaded", () => start(script));
else start(script);
