import { defineMessages } from "@frontdesk/ui/i18n/messages";

/** Words of the dialog "Sounds and notifications". */
export const alertMessages = defineMessages({
  "zh-CN": {
    title: "声音与通知",
    intro: "屏幕上正打开的会话不提醒。打开了多个标签页时，只由最近使用的那一个提醒。",
    sound: "提示音",
    soundHelp: "浏览器要求先在页面上点击或输入一次，之后才会响。",
    notification: "桌面通知",
    notificationHelp: "显示访客昵称和消息开头，点击即可打开会话。",
    session: "新会话",
    message: "访客新消息",
    why_denied: "浏览器禁止了本站的通知。请在地址栏左侧的网站设置中允许通知，然后重新打开这里的开关。",
    why_default: "尚未允许通知。请在浏览器询问时选择“允许”，询问有时只是地址栏旁的一个图标；没有询问时请重新打开开关。",
    why_insecure: "浏览器只对 https 地址开放通知。请向管理员索取本系统的 https 地址。",
    why_unsupported: "这个浏览器不能从网页显示通知，请使用电脑上的浏览器。",
    sampleTitle: "通知已打开",
    sampleBody: "有新会话或新消息时会这样提醒您。",
  },
  en: {
    title: "Sounds and notifications",
    intro:
      "Nothing alerts you to the session that is open on your screen. With several tabs open, only the one used last alerts.",
    sound: "Sound",
    soundHelp: "Browsers keep a page silent until you have clicked or typed on it once.",
    notification: "Desktop notification",
    notificationHelp: "Shows the visitor's name and how the message begins; a click opens the session.",
    session: "New session",
    message: "New message from a visitor",
    why_denied:
      "Your browser blocks notifications from this site. Allow them in the site settings beside the address, then switch on here again.",
    why_default:
      "Notifications are not allowed yet. Choose “Allow” when the browser asks, sometimes only by a sign beside the address; if it does not ask, switch on again.",
    why_insecure:
      "Browsers allow notifications only at https addresses. Ask your administrator for the desk's https address.",
    why_unsupported: "This browser cannot show notifications from a page. Please use one on a computer.",
    sampleTitle: "Notifications are on",
    sampleBody: "New sessions and messages will reach you like this.",
  },
});
