/** Which language a page speaks. */

/** Languages that every word exists in. */
export const LANGUAGES = ["zh-CN", "en"] as const;

/** One of [LANGUAGES]. */
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { "zh-CN": "简体中文", en: "English" };

/** Where the reader's own choice is remembered. */
export const LANGUAGE_KEY = "frontdesk.language";

/** The part of the browser that decides the language. */
export interface LanguageSource {
  readonly languages: readonly string[];
  /** The remembered choice, if it can be read. */
  readonly remembered: string | null;
}

/** The remembered language, else the first one of the browser that we speak, else zh-CN. */
export function detectLanguage(source: LanguageSource = browserSource()): Language {
  const remembered = LANGUAGES.find((language) => language === source.remembered);
  if (remembered !== undefined) return remembered;
  for (const wish of source.languages) {
    const language = spoken(wish);
    if (language !== undefined) return language;
  }
  return "zh-CN";
}

/** Remembers the reader's choice and tells the document; without storage the choice lasts as long as the page. */
export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // Storage is blocked: the page goes on in the chosen language.
  }
  applyLanguage(language);
}

/** Tells the document its language, for hyphenation, fonts and screen readers. */
export function applyLanguage(language: Language): void {
  document.documentElement.lang = language;
}

function spoken(wish: string): Language | undefined {
  const primary = wish.toLowerCase().split("-")[0];
  if (primary === "zh") return "zh-CN";
  return primary === "en" ? "en" : undefined;
}

function browserSource(): LanguageSource {
  let remembered: string | null = null;
  try {
    remembered = localStorage.getItem(LANGUAGE_KEY);
  } catch {
    // Storage is blocked: nothing was remembered.
  }
  return { languages: navigator.languages, remembered };
}
