import { defineMessages } from "@frontdesk/ui/i18n/messages";

/** Words of the reception page (ADM-13, ROUTE-22). */
export const receptionMessages = defineMessages({
  "zh-CN": {
    title: "接待设置",
    intro: "对整个联络中心生效：座席断线时怎么办，一天从什么时候开始。",
    edit: "修改",
    editTitle: "修改接待设置",
    saved: "接待设置已保存",
    disconnected: "座席断线时",
    grace: "断线宽限（秒）",
    graceValue: "{seconds} 秒",
    graceHelp:
      "座席断线（例如合上电脑）后立即不再分配新会话。在这段时间内回来，手上的会话不受影响。5 到 3600，默认 60。",
    afterGrace: "宽限过后，手上的会话",
    requeue: "回到队列原来的位置，由其他座席接待",
    keep: "仍归该座席，等其回来",
    day: "一天的开始",
    timeZone: "时区",
    timeZoneHelp: "“今日”数据从这个时区的零点开始计算。",
    serverZone: "服务器所在时区",
  },
  en: {
    title: "Reception",
    intro: "For the whole contact centre: what happens when an agent is disconnected, and when a day begins.",
    edit: "Change",
    editTitle: "Change reception",
    saved: "Reception was saved",
    disconnected: "When an agent is disconnected",
    grace: "Grace (seconds)",
    graceValue: "{seconds} seconds",
    graceHelp:
      "Whoever is disconnected (a closed laptop) gets no new sessions at once. Sessions at hand stay for this long, and nothing happens to them if the agent comes back in time. 5 to 3600, usually 60.",
    afterGrace: "After that, sessions at hand",
    requeue: "Go back to their places in the queue, for other agents",
    keep: "Stay with the agent until they come back",
    day: "When a day begins",
    timeZone: "Time zone",
    timeZoneHelp: "Figures of “today” count from midnight in this time zone.",
    serverZone: "The server's own time zone",
  },
});
