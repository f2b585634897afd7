import { defineMessages } from "@frontdesk/ui/i18n/messages";

/** Words of the overview and its set-up guide (ADM-01). */
export const overviewMessages = defineMessages({
  "zh-CN": {
    title: "概览",
    guideTitle: "四步开始接待访客",
    guideProgress: "已完成 {done} / 4 步",
    doneTitle: "设置已完成，可以接待访客了",
    doneText: "把下面的链接发给访客，或放到你的网站上。座席在工作台点击“开始接待”后就会收到会话。",
    stepDone: "已完成",
    stepOpen: "未完成",
    agentsTitle: "添加座席",
    agentsText: "为每位接待访客的同事建一个账号。如果只有你一个人，把自己加入技能组即可。",
    agentsAction: "去添加座席",
    groupsTitle: "建立技能组并加入成员",
    groupsText: "技能组是一起接待同类问题的座席，例如“售前”和“售后”。访客按技能组排队。",
    groupsAction: "去建立技能组",
    flowTitle: "建立会话服务流",
    flowText: "决定访客看到的问候语、排队到哪个技能组，以及没有人在线时怎么办。",
    flowAction: "去建立会话服务流",
    channelTitle: "建立网站渠道",
    channelText: "渠道就是访客打开的聊天页面。建好之后即可得到链接。",
    channelAction: "去建立渠道",
    review: "查看",
    chatPages: "聊天页面",
    chatPagesText: "访客打开这些链接就能开始会话。先自己打开一个试试。",
    openChat: "打开聊天页",
  },
  en: {
    title: "Overview",
    guideTitle: "Ready for visitors in four steps",
    guideProgress: "{done} of 4 steps done",
    doneTitle: "All set: you can receive visitors",
    doneText:
      "Send visitors the link below, or put it on your website. Agents get sessions as soon as they press “Go ready” in the workbench.",
    stepDone: "Done",
    stepOpen: "Not done yet",
    agentsTitle: "Add agents",
    agentsText:
      "Give an account to everybody who answers visitors. If that is only you, just put yourself into a skill group.",
    agentsAction: "Add agents",
    groupsTitle: "Make a skill group and add members",
    groupsText:
      "A skill group is agents who answer the same kind of question, such as “Sales” and “Support”. Visitors queue per skill group.",
    groupsAction: "Make a skill group",
    flowTitle: "Make a flow",
    flowText:
      "It decides how visitors are greeted, which skill group they queue for, and what happens when nobody is online.",
    flowAction: "Make a flow",
    channelTitle: "Make a website channel",
    channelText: "A channel is the chat page that visitors open. Once it exists, you have its link.",
    channelAction: "Make a channel",
    review: "Review",
    chatPages: "Chat pages",
    chatPagesText: "Visitors who open one of these links can start a session. Try one yourself first.",
    openChat: "Open the chat page",
  },
});
