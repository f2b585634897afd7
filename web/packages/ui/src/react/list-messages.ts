import { defineMessages } from "../i18n/messages";

/** Words of the list primitives. */
export const listMessages = defineMessages({
  "zh-CN": {
    loading: "正在加载",
    loadFailedTitle: "没有加载出来",
    outdated: "下面的内容可能不是最新的",
    tryAgain: "重试",
    previousPage: "上一页",
    nextPage: "下一页",
    firstPage: "回到第一页",
    pages: "翻页",
    copy: "复制",
    copied: "已复制",
    copyFailed: "浏览器不允许复制，请手动选中并复制。",
  },
  en: {
    loading: "Loading",
    loadFailedTitle: "This could not be loaded",
    outdated: "What you see may be out of date",
    tryAgain: "Try again",
    previousPage: "Previous",
    nextPage: "Next",
    firstPage: "First page",
    pages: "Pages",
    copy: "Copy",
    copied: "Copied",
    copyFailed: "The browser does not allow copying. Please select the text and copy it by hand.",
  },
});
