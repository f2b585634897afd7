import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Lets a text area grow with its text; the style sheet sets how far. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "auto";
    const border = element.offsetHeight - element.clientHeight;
    element.style.height = `${element.scrollHeight + border}px`;
  }, [field, text]);
}
