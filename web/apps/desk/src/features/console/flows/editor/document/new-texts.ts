/** Texts that new nodes begin with; all of them can be changed. */
import type { Language } from "@frontdesk/ui/i18n/language";

interface NewTexts {
  readonly branchTitle: string;
  readonly branchUnmatched: string;
  readonly firstOption: string;
  readonly secondOption: string;
  readonly waiting: string;
  readonly accepted: string;
  readonly unavailable: string;
  readonly robotWelcome: string;
  readonly robotUnknown: string;
  readonly humanWord: string;
}

export const newTexts: Readonly<Record<Language, NewTexts>> = {
  "zh-CN": {
    branchTitle: "请选择您要咨询的问题：",
    branchUnmatched: "没有这个选项，请点选或输入上面的文字。",
    firstOption: "售前咨询",
    secondOption: "售后服务",
    waiting: "正在为您排队，您前面还有 ${WaitNo} 人，请稍候。",
    accepted: "客服 ${StaffNickName}（工号 ${StaffNo}）为您服务。",
    unavailable: "现在没有客服在线，请您留言，我们会尽快回复。",
    robotWelcome: "您好，我是智能客服，请直接说出您的问题。",
    robotUnknown: "抱歉，这个问题我还不会。您可以换个说法，或输入“人工”。",
    humanWord: "人工",
  },
  en: {
    branchTitle: "What is it about?",
    branchUnmatched: "That is not one of the options. Please choose one, or type it as it stands above.",
    firstOption: "Sales",
    secondOption: "Support",
    waiting: "You are in the queue; people ahead of you: ${WaitNo}. One moment, please.",
    accepted: "${StaffNickName} (no. ${StaffNo}) is here to help you.",
    unavailable: "Nobody is online right now. Leave a message and we will answer as soon as we can.",
    robotWelcome: "Hello, I am the assistant. Just ask.",
    robotUnknown: "Sorry, I do not know that. Try other words, or type “agent”.",
    humanWord: "agent",
  },
};
