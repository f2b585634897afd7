/** The words of the page. One language comes with the page itself, the other one when somebody asks for it. */
import type { Language } from "@frontdesk/ui/i18n/language";
import type { Translate, WordsLike } from "@frontdesk/ui/i18n/messages";

import type en from "./words/en";
import type zh from "./words/zh-CN";

/** All words in one language. */
export type Words = Readonly<Record<keyof typeof zh, string>>;

/** The English ones: a type error when they do not follow the Chinese ones. */
export type EnglishWords = WordsLike<typeof zh, typeof en>;

/** Looks a word of this page up. */
export type T = Translate<typeof zh>;

/** The words in a language. Fails without a network, or when a newer version has taken this one's place. */
export async function loadWords(language: Language): Promise<Words> {
  const kept = document.getElementById("words");
  if (kept?.textContent && kept.lang === language) return JSON.parse(kept.textContent) as Words;
  return (language === "en" ? await import("./words/en") : await import("./words/zh-CN")).default;
}
