import { useText } from "@frontdesk/ui/react/language";
import { Modal } from "antd";
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";

import { appMessages } from "./app-messages";

interface Shortcuts {
  show: () => void;
}

const ShortcutsContext = createContext<Shortcuts | null>(null);

const KEYS = [
  { keys: ["↑", "↓"], text: "shortcutMove" },
  { keys: ["Alt", "↑ / ↓"], text: "shortcutSwitch" },
  { keys: ["Enter"], text: "shortcutSend" },
  { keys: ["Shift", "Enter"], text: "shortcutBreak" },
  { keys: ["Esc"], text: "shortcutEscape" },
  { keys: ["?"], text: "shortcutHelp" },
] as const;

/** Shows the keyboard shortcuts on `?`, unless one is writing. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const t = useText(appMessages);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "?" || isWriting(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  const shortcuts = useMemo(() => ({ show: () => setOpen(true) }), []);
  return (
    <ShortcutsContext value={shortcuts}>
      {children}
      <Modal open={isOpen} title={t("shortcuts")} footer={null} onCancel={() => setOpen(false)}>
        <dl className="shortcuts">
          {KEYS.map(({ keys, text }) => (
            <div key={text}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{t(text)}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </ShortcutsContext>
  );
}

/** The dialog with the shortcuts. */
export function useShortcuts(): Shortcuts {
  const shortcuts = useContext(ShortcutsContext);
  if (shortcuts === null) throw new Error("useShortcuts needs a ShortcutsProvider above it");
  return shortcuts;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
