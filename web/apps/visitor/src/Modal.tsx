import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A dialog over the page: the browser keeps the focus inside and closes it on Esc. */
export function Modal(props: { class: string; label: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} class={props.class} aria-label={props.label} onClose={props.close}>
      {props.children}
    </dialog>
  );
}
