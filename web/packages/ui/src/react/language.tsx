import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";

import { detectLanguage, rememberLanguage } from "../i18n/language";
import type { Language } from "../i18n/language";
import { translator } from "../i18n/messages";
import type { Dictionary, Translate } from "../i18n/messages";

type Texts = Readonly<Record<string, string>>;

interface LanguageChoice {
  language: Language;
  /** Switches every word on the page, and remembers it. */
  setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

/** Knows the page's language; starts with what the browser wishes or the reader chose before. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, show] = useState(detectLanguage);
  const setLanguage = useCallback((chosen: Language) => {
    rememberLanguage(chosen);
    show(chosen);
  }, []);
  const choice = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

/** The page's language, and the way to change it. */
export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error("useLanguage needs a LanguageProvider above it");
  return choice;
}

/** What [useText] gives for a dictionary. */
export type Words<Messages> = Messages extends Dictionary<infer First extends Texts> ? Translate<First> : never;

/** The words of a dictionary in the page's language. */
export function useText<First extends Texts>(messages: Dictionary<First>): Translate<First> {
  const { language } = useLanguage();
  return useMemo(() => translator(messages, language), [messages, language]);
}
