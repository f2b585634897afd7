/** The language of the page, for all of its parts. */
import type { Language } from "@frontdesk/ui/i18n/language";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { T } from "./words";

/** The language now and its words. */
export interface Texts {
  readonly language: Language;
  readonly t: T;
}

export const TextsContext = createContext<Texts | null>(null);

/** The language that the page speaks now. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === null) throw new Error("no language: a part of the page stands outside of App");
  return texts;
}
