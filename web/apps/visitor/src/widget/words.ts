/** The few words of the launcher and of the panel before the chat is there. */
import type { Language } from "./protocol";

interface Words {
  readonly open: string;
  readonly close: string;
  readonly unread: (count: number) => string;
  readonly loading: string;
  readonly unreachable: string;
  readonly again: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  "zh-CN": {
    open: "打开在线咨询",
    close: "收起在线咨询",
    unread: (count) => `${count} 条未读消息`,
    loading: "正在打开…",
    unreachable: "暂时连接不上客服，请检查网络。",
    again: "重试",
  },
  en: {
    open: "Open chat",
    close: "Close chat",
    unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
    loading: "Opening…",
    unreachable: "The chat cannot be reached. Check your network.",
    again: "Try again",
  },
};

/** The language of the page around: as its author says, else as the page declares, else the browser's. */
export function languageOf(wished: string | null): Language {
  const candidates = [wished ?? "", document.documentElement.lang, navigator.language];
  for (let at = 0; at < candidates.length; at += 1) {
    const primary = (candidates[at] ?? "").slice(0, 2).toLowerCase();
    if (primary === "zh") return "zh-CN";
    if (primary === "en") return "en";
  }
  return "zh-CN";
}
