/** Words of contents that are more than words or a file. They come with these parts, not with the page. */
import { defineMessages, translator, type Translate } from "@frontdesk/ui/i18n/messages";

import { useTexts } from "../texts";

const WORDS = defineMessages({
  "zh-CN": {
    see_picture: "查看图片",
    form_hint: "请在下方输入您的回答。",
    form_filled: "您的回答：{text}",
    rate: "提交评价",
    rated: "您的评价：{level}",
    rating_comment: "还有什么想说的？（选填）",
    rating_expired: "评价已过期。",
  },
  en: {
    see_picture: "See the picture",
    form_hint: "Write your answer below.",
    form_filled: "Your answer: {text}",
    rate: "Rate",
    rated: "You rated: {level}",
    rating_comment: "Anything to add? (optional)",
    rating_expired: "This rating has expired.",
  },
});

/** Looks these words up in the language of the page. */
export function useTypedWords(): Translate<(typeof WORDS)["zh-CN"]> {
  return translator(WORDS, useTexts().language);
}
