import { useEffect, useRef } from "react";
import type { KeyboardEvent, ReactNode } from "react";

import { Popup, type PopupTrigger } from "./Popup";

/** One thing to choose. */
export interface MenuItem {
  key: string;
  label: ReactNode;
  icon?: ReactNode;
  /** Set where one of several is in force. */
  isChecked?: boolean;
  onChoose: () => void;
}

interface MenuButtonProps {
  /** The button; it carries what it is given. */
  trigger: (trigger: PopupTrigger & { "aria-haspopup": "menu" }) => ReactNode;
  /** Name of the menu. */
  label: string;
  /** Shown above the choices. */
  head?: ReactNode;
  items: readonly MenuItem[];
}

/** A button with a menu below it; arrow keys go through the choices. */
export function MenuButton({ trigger, label, head, items }: MenuButtonProps) {
  return (
    <Popup
      align="end"
      side="below"
      trigger={(popup, open) => (
        <span
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            open();
          }}
        >
          {trigger({ ...popup, "aria-haspopup": "menu" })}
        </span>
      )}
      panel={(close) => (
        <>
          {head}
          <Choices label={label} items={items} close={close} />
        </>
      )}
    />
  );
}

interface ChoicesProps {
  label: string;
  items: readonly MenuItem[];
  close: () => void;
}

function Choices({ label, items, close }: ChoicesProps) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const checked = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (checked ?? menu.current?.querySelector<HTMLElement>("button"))?.focus();
  }, []);
  return (
    <div ref={menu} className="menu" role="menu" aria-label={label} onKeyDown={move}>
      {items.map((item) => (
        <button
          key={item.key}
          type="button"
          className="menu-item"
          tabIndex={-1}
          {...(item.isChecked === undefined
            ? { role: "menuitem" }
            : { role: "menuitemradio", "aria-checked": item.isChecked })}
          onClick={() => {
            close();
            item.onChoose();
          }}
        >
          {item.icon}
          {item.label}
        </button>
      ))}
    </div>
  );
}

function move(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const here = buttons.findIndex((button) => button === document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  buttons.at(next % buttons.length)?.focus();
}
