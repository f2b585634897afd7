import type { Language } from "@frontdesk/ui/i18n/language";

import type { FlowSettings } from "../shared/wire";

type Texts = Pick<
  FlowSettings,
  | "greeting"
  | "waiting_text"
  | "accepted_text"
  | "unavailable_text"
  | "silence_text"
  | "reminder_text"
  | "inactive_text"
  | "agent_end_text"
>;

const TEXTS: Readonly<Record<Language, Texts>> = {
  "zh-CN": {
    greeting: "您好，请问有什么可以帮您？",
    waiting_text: "正在为您排队，您前面还有 ${WaitNo} 人，请稍候。",
    accepted_text: "客服 ${StaffNickName}（工号 ${StaffNo}）为您服务。",
    unavailable_text: "现在没有客服在线，请您留言，我们会尽快回复。",
    silence_text: "您已有一段时间没有回复，会话已结束。需要时请再次联系我们。",
    reminder_text: "请问您还在吗？如果一直没有回复，会话将自动结束。",
    inactive_text: "已经很久没有新消息，会话已结束。需要时请再次联系我们。",
    agent_end_text: "会话已结束，感谢您的咨询。",
  },
  en: {
    greeting: "Hello, how can we help you?",
    waiting_text: "You are in the queue; people ahead of you: ${WaitNo}. One moment, please.",
    accepted_text: "${StaffNickName} (no. ${StaffNo}) is here to help you.",
    unavailable_text: "Nobody is online right now. Leave a message and we will answer as soon as we can.",
    silence_text: "We have not heard from you for a while, so this session has ended. Write again whenever you like.",
    reminder_text: "Are you still there? If we do not hear from you, this session will end.",
    inactive_text: "Nobody has written for a long time, so this session has ended. Write again whenever you like.",
    agent_end_text: "This session has ended. Thank you for talking with us.",
  },
};

const USUAL_SILENCE_SECONDS = 300;
const USUAL_REMINDER_SECONDS = 180;

/** What a new flow begins with, in the language of whoever makes it; all of it can be changed. */
export function newFlowSettings(language: Language): Omit<FlowSettings, "skill_group_id"> {
  return {
    ...TEXTS[language],
    nobody_online: "wait",
    silence_seconds: USUAL_SILENCE_SECONDS,
    reminder_seconds: USUAL_REMINDER_SECONDS,
  };
}
