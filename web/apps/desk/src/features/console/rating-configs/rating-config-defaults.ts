import type { Language } from "@frontdesk/ui/i18n/language";

import type { RatingConfig } from "../shared/wire";

const TEXTS = {
  "zh-CN": {
    levels: ["非常不满意", "不满意", "一般", "满意", "非常满意"],
    invitation: "请对本次服务进行评价。",
    thanks: "感谢您的评价！",
  },
  en: {
    levels: ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
    invitation: "How was our service?",
    thanks: "Thank you for your rating!",
  },
} as const satisfies Record<Language, unknown>;

/** What a new config begins with: five stars, five is best (R1), asked for at the end and by agents. */
export function newRatingConfig(language: Language): RatingConfig {
  const { levels, invitation, thanks } = TEXTS[language];
  return {
    name: "",
    levels: levels.map((content, index) => ({ content, value: index + 1 })),
    style: "stars",
    invitation,
    thanks,
    valid_hours: 24,
    starters: { at_end: true, agent: true, visitor: false },
    wants_comment: true,
  };
}
