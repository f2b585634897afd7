import { troubleOf } from "@frontdesk/api-client/problem";
import type { Trouble } from "@frontdesk/api-client/problem";
import type { components } from "@frontdesk/api-client/schema";
import { useCallback } from "react";

import { defineMessages, translator } from "../i18n/messages";
import { problemSentence } from "../i18n/problems";
import { useLanguage } from "./language";

type FieldProblemCode = components["schemas"]["FieldProblemCode"];

const FIELD_WORDS = defineMessages({
  "zh-CN": {
    required: "此项必填。",
    too_long: "太长了。",
    out_of_range: "不在允许的范围内。",
    malformed: "格式不正确。",
    hidden_characters: "含有看不见的字符，请删除后重新输入。",
    reserved: "这个名字会被误认为系统，请换一个。",
    taken: "已被使用，请换一个。",
    unknown: "已经不存在，请重新选择。",
  },
  en: {
    required: "Please fill this in.",
    too_long: "This is too long.",
    out_of_range: "This is outside the allowed range.",
    malformed: "This is not written as it should be.",
    hidden_characters: "There are characters that cannot be seen; please type it again.",
    reserved: "This name would pass for the desk itself. Choose another one.",
    taken: "This is taken already. Choose another one.",
    unknown: "This no longer exists. Choose again.",
  } satisfies Record<FieldProblemCode, string>,
});

/** Codes that name a field by themselves. */
const FIELD_OF: Partial<Record<Trouble["code"], string>> = {
  name_taken: "name",
  email_taken: "email",
  staff_no_taken: "staff_no",
  key_taken: "key",
};

/** What went wrong, in the reader's words. */
export interface Failure {
  message: string;
  /** Faults of single fields, by their path in the request, for example `settings.greeting`. */
  fields: readonly { field: string; message: string }[];
}

/** Puts a failure into words, and names the fields that it is about. */
export function useExplain(): (error: unknown) => Failure {
  const { language } = useLanguage();
  return useCallback(
    (error) => {
      // What is no answer of the server's is a fault of this page.
      const trouble: Pick<Trouble, "code" | "fields"> = troubleOf(error) ?? { code: "internal" };
      const message = problemSentence(trouble, language);
      const words = translator(FIELD_WORDS, language);
      const fields = (trouble.fields ?? []).map(({ field, code }) => ({ field, message: words(code) }));
      const field = FIELD_OF[trouble.code];
      if (fields.length === 0 && field !== undefined) return { message, fields: [{ field, message }] };
      return { message, fields };
    },
    [language],
  );
}
