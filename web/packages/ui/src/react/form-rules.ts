import type { FormRule } from "antd";

import type { formMessages } from "./form-messages";
import type { Words } from "./language";

type FormWords = Words<typeof formMessages>;

/** Length as people and the server count it: characters, not UTF-16 units (an emoji is one). */
export function countChars(text: string): number {
  return [...text].length;
}

/** Characters that change how a text reads without being seen; the server refuses them in names (T108). */
const HIDDEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

const asText = (value: unknown): string => (typeof value === "string" ? value : "");

function rule(check: (text: string) => string | undefined): FormRule {
  return {
    validator: (_, value: unknown) => {
      const fault = check(asText(value));
      return fault === undefined ? Promise.resolve() : Promise.reject(new Error(fault));
    },
  };
}

/** A name of `min` to `max` characters that is not blank; white space around it does not count. */
export function nameRules(t: FormWords, min: number, max: number): FormRule[] {
  return [
    { required: true, message: t("required") },
    rule((text) => {
      if (text === "") return undefined;
      if (text.trim() === "") return t("blank");
      if (HIDDEN.test(text)) return t("hidden");
      const count = countChars(text.trim());
      return count < min || count > max ? t("lengthRange", { min, max }) : undefined;
    }),
  ];
}

/** A text that may be empty but not longer than `max` characters. */
export function textRules(t: FormWords, max: number): FormRule[] {
  return [
    rule((text) => {
      const count = countChars(text);
      return count > max ? t("tooLong", { max, count }) : undefined;
    }),
  ];
}

/** A text that must match `pattern`, when there is one. */
export function patternRules(pattern: RegExp, fault: string): FormRule[] {
  return [rule((text) => (text === "" || pattern.test(text.trim()) ? undefined : fault))];
}

/** A whole number from `min` to `max`; nothing is allowed, `required` is a rule of its own. */
export function numberRules(t: FormWords, min: number, max: number): FormRule[] {
  return [
    {
      validator: (_, value: unknown) => {
        if (value === null || value === undefined) return Promise.resolve();
        const isFine = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
        return isFine ? Promise.resolve() : Promise.reject(new Error(t("numberRange", { min, max })));
      },
    },
  ];
}

/** The field must be filled in. */
export function requiredRule(t: FormWords): FormRule {
  return { required: true, message: t("required") };
}
