import { useEffect, useRef } from "preact/hooks";

import { useTexts } from "../texts";
import { EMOJI } from "./emoji";

const COLUMNS = 8;
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

/** A grid of emoji; arrow keys move, Enter takes, Esc closes. */
export function EmojiPicker({ pick, close }: { pick: (emoji: string) => void; close: () => void }) {
  const { t } = useTexts();
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    grid.current?.querySelector("button")?.focus();
    const outside = (event: PointerEvent) => {
      const isInside = event.target instanceof Node && grid.current?.parentElement?.contains(event.target) === true;
      if (!isInside) close();
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") return close();
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(grid.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  };
  return (
    <div ref={grid} class="emoji-grid" role="group" aria-label={t("emoji")} onKeyDown={pressed}>
      {EMOJI.map((emoji) => (
        <button key={emoji} type="button" class="emoji" onClick={() => pick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
