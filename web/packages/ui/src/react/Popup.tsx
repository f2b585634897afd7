import { useCallback, useEffect, useRef, useState } from "react";
import type { ReactNode, Ref } from "react";

import "./popup.css";

/** What the button that opens a popup must carry. */
export interface PopupTrigger {
  ref: Ref<HTMLButtonElement>;
  onClick: () => void;
  "aria-expanded": boolean;
}

interface PopupProps {
  trigger: (trigger: PopupTrigger, open: () => void) => ReactNode;
  /** Called only while open. */
  panel: (close: () => void) => ReactNode;
  /** Which edge it shares with its button. */
  align: "start" | "end";
  side: "above" | "below";
}

/** A small panel at a button: a click beside it, Esc and leaving it with Tab close it. */
export function Popup({ trigger, panel, align, side }: PopupProps) {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setOpen(false);
    button.current?.focus();
  }, []);

  useEffect(() => {
    if (!isOpen) return;
    const pressed = (event: PointerEvent) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", pressed);
    return () => document.removeEventListener("pointerdown", pressed);
  }, [isOpen]);

  return (
    <span
      ref={frame}
      className="popup"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        close();
      }}
      onBlur={(event) => {
        const goesTo = event.relatedTarget;
        if (goesTo instanceof Node && !event.currentTarget.contains(goesTo)) setOpen(false);
      }}
    >
      {trigger({ ref: button, onClick: () => setOpen(!isOpen), "aria-expanded": isOpen }, () => setOpen(true))}
      {isOpen && (
        <div className="popup-panel" data-align={align} data-side={side}>
          {panel(close)}
        </div>
      )}
    </span>
  );
}
