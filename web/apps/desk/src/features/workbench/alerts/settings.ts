/** Which news ring and which are shown as desktop notifications; remembered in this browser for each agent. */
import type { KeyStore } from "@frontdesk/live/environment";

import type { NewsKind } from "./news";

/** How news reach somebody who looks elsewhere. */
export type AlertWay = "sound" | "notification";

/** The four switches of WORK-04. */
export type AlertChoices = Readonly<Record<AlertWay, Readonly<Record<NewsKind, boolean>>>>;

/** Sounds need nobody's leave; notifications begin when the agent allows them. */
export const DEFAULT_CHOICES: AlertChoices = {
  sound: { session: true, message: true },
  notification: { session: false, message: false },
};

/** The choices of one agent. */
export class AlertSettings {
  readonly #key: string;

  constructor(
    private readonly store: KeyStore,
    agentId: string,
  ) {
    this.#key = `frontdesk.alerts.${agentId}`;
  }

  /** As chosen last, in whichever tab. */
  read(): AlertChoices {
    const kept = parse(this.store.get(this.#key));
    const choice = (way: AlertWay, kind: NewsKind) => switchIn(kept, way, kind) ?? DEFAULT_CHOICES[way][kind];
    const choices = (way: AlertWay) => ({ session: choice(way, "session"), message: choice(way, "message") });
    return { sound: choices("sound"), notification: choices("notification") };
  }

  /** Turns one switch; gives back all four. */
  turn(way: AlertWay, kind: NewsKind, isOn: boolean): AlertChoices {
    const before = this.read();
    const after = { ...before, [way]: { ...before[way], [kind]: isOn } };
    this.store.set(this.#key, JSON.stringify(after));
    return after;
  }
}

/** What is kept may be from another version, or spoilt. */
function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function switchIn(kept: unknown, way: AlertWay, kind: NewsKind): boolean | undefined {
  const value = field(field(kept, way), kind);
  return typeof value === "boolean" ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
