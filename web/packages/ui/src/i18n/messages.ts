/**
 * Typed dictionaries. A key that is missing in one language, a parameter that only one language knows, and
 * a call that forgets a parameter are type errors.
 */
import type { Language } from "./language";

/** The `{names}` in a text. */
export type ParametersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never;

type Texts = Readonly<Record<string, string>>;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** `Other` with every key of `First`, no key more, and the same parameters in each. */
type Matching<First extends Texts, Other extends Texts> = {
  readonly [Key in keyof First | keyof Other]: Key extends keyof First
    ? Key extends keyof Other
      ? Same<ParametersOf<First[Key]>, ParametersOf<Other[Key]>> extends true
        ? string
        : { readonly "the parameters differ": ParametersOf<First[Key]> }
      : string
    : never;
};

/** Every text in every language. */
export interface Dictionary<First extends Texts = Texts> {
  readonly "zh-CN": First;
  readonly en: Readonly<Record<keyof First, string>>;
}

/** Declares a dictionary; the zh-CN texts are the pattern for the other language. */
export function defineMessages<const First extends Texts, const Other extends Texts>(messages: {
  readonly "zh-CN": First;
  readonly en: Other & Matching<First, Other>;
}): Dictionary<First> {
  return messages;
}

/** One language's texts that stand in a file of their own: a type error unless they follow another language's. */
export type WordsLike<First extends Texts, Other extends Matching<First, Other> & Texts> = Other;

/** A text's parameters; none when it has none. */
type Arguments<Text extends string> = [ParametersOf<Text>] extends [never]
  ? []
  : [parameters: Readonly<Record<ParametersOf<Text>, string | number>>];

/** Looks a text up and fills its parameters. */
export type Translate<First extends Texts> = <Key extends keyof First & string>(
  key: Key,
  ...parameters: Arguments<First[Key]>
) => string;

/** The texts of a dictionary in one language. */
export function translator<First extends Texts>(messages: Dictionary<First>, language: Language): Translate<First> {
  return translate(messages[language]);
}

/** The same for texts that stand alone. */
export function translate<First extends Texts>(words: Readonly<Record<keyof First, string>>): Translate<First> {
  const texts: Texts = words;
  return (key, ...[parameters]) => fill(texts[key] ?? key, parameters);
}

/** Puts parameters into `{names}`; one pass, so a value that looks like a name stays text (T104). */
export function fill(text: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return value === undefined ? whole : String(value);
  });
}
