import type { ClientState } from "@frontdesk/visitor-sdk";
import { useEffect, useRef } from "preact/hooks";

import { useTexts } from "./texts";
import { useVisible } from "./use-visible";

/** The tab's title, with the number of messages that came while nobody looked. */
export function useTitle(state: ClientState, title: string): void {
  const { t } = useTexts();
  const isVisible = useVisible();
  const { entries } = state.conversation;
  const seen_at = useRef(Number.POSITIVE_INFINITY);
  const newest = entries.at(-1)?.at ?? 0;
  if (isVisible) seen_at.current = newest;
  const unread = entries.filter(
    (entry) => entry.at > seen_at.current && entry.author !== "visitor" && entry.body.kind === "message",
  ).length;
  useEffect(() => {
    document.title = unread === 0 ? title : t("unread_title", { n: unread, title });
  }, [unread, title, t]);
}
