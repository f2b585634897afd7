import { formatExact, formatTime } from "@frontdesk/ui/i18n/format";
import type { Attachment, ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useMemo, useState } from "preact/hooks";

import { DownIcon } from "../Icons";
import { lazy } from "../lazy";
import type { T } from "../words";
import { useTexts } from "../texts";
import { useNow } from "../use-now";
import { useVisible } from "../use-visible";
import { AttachmentCache } from "./attachments";
import { Message } from "./Message";
import { timeline, type SystemEvent } from "./timeline";
import { useLiveLog } from "./use-live-log";
import { useStick } from "./use-stick";

const MINUTE_MS = 60_000;

const ImageViewer = lazy(() => import("../later").then((later) => later.ImageViewer));

/** The conversation. */
export function Log({ client, state, title }: { client: VisitorClient; state: ClientState; title: string }) {
  const { t, language } = useTexts();
  const items = useMemo(() => timeline(state), [state.conversation, state.pending, state.channel]);
  const cache = useMemo(() => new AttachmentCache(client), [client]);
  const [picture, setPicture] = useState<Attachment | null>(null);
  const { box, content, isAtEnd, scrolled, toEnd } = useStick(items[0]?.key, items.at(-1)?.key);
  const isNews = useNews(client, state, isAtEnd);
  const now = useNow(MINUTE_MS);
  const isLive = useLiveLog(state.phase === "ready" && !state.is_loading_earlier);
  const own = state.pending.at(-1)?.key;
  // What one writes oneself is always shown.
  useEffect(() => {
    if (own !== undefined) toEnd();
  }, [own]);
  const context = { client, cache, title, openPicture: setPicture };
  return (
    <div class="log-frame">
      <div ref={box} class="log" onScroll={scrolled} tabIndex={0} role="region" aria-label={t("messages")}>
        {state.conversation.has_earlier && (
          <button
            type="button"
            class="earlier"
            disabled={state.is_loading_earlier}
            onClick={() => void client.loadEarlier()}
          >
            {state.is_loading_earlier ? t("loading") : t("earlier")}
          </button>
        )}
        <ol ref={content} class="lines" aria-live={isLive ? "polite" : "off"} aria-relevant="additions">
          {items.map((item) => {
            if (item.kind === "message") return <Message key={item.key} item={item} context={context} />;
            const exact = formatExact(item.at, language);
            if (item.kind === "time") {
              return (
                <li key={item.key} class="time-line">
                  <time dateTime={new Date(item.at).toISOString()} title={exact}>
                    {formatTime(item.at, language, now)}
                  </time>
                </li>
              );
            }
            return (
              <li key={item.key} class="system-line" title={exact}>
                {systemText(item.event, t)}
              </li>
            );
          })}
          {state.is_agent_typing && (
            <li class="typing-line" aria-live="off">
              <span class="typing-dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {t("typing", { name: state.conversation.session?.agent?.nickname ?? t("agent") })}
            </li>
          )}
          {state.conversation.session?.stage === "ended" && state.pending.length === 0 && (
            <li class="system-line">{t("ended_hint")}</li>
          )}
        </ol>
      </div>
      {!isAtEnd && (
        <button type="button" class={isNews ? "to-end news" : "to-end"} onClick={toEnd}>
          {isNews && <span>{t("new_messages")}</span>}
          <DownIcon />
          {!isNews && <span class="visually-hidden">{t("new_messages")}</span>}
        </button>
      )}
      {picture !== null && <ImageViewer attachment={picture} cache={cache} close={() => setPicture(null)} />}
    </div>
  );
}

/** What a system line says. */
function systemText(event: SystemEvent, t: T): string {
  if (event.kind === "assigned") return t("joined", { name: event.nickname, staff_no: event.staff_no });
  if (event.kind === "requeued") return t("requeued");
  switch (event.by) {
    case "visitor":
      return t("ended_by_visitor");
    case "agent":
      return t("ended_by_agent");
    case "timer":
      return t("ended_by_timer");
    case "inactivity":
      return t("ended_by_inactivity");
    case "admin":
    case "flow":
      return t("ended_by_desk");
  }
}

/** Tells the desk what was read: only what stood at the end of a page that somebody can see. Says whether there is more below. */
function useNews(client: VisitorClient, state: ClientState, isAtEnd: boolean): boolean {
  const isVisible = useVisible();
  const { entries, session } = state.conversation;
  const last = entries.at(-1);
  const [seen, setSeen] = useState(last?.id);
  useEffect(() => {
    if (!isAtEnd || !isVisible || last === undefined) return;
    setSeen(last.id);
    if (last.session_id === session?.id) client.markRead(last.seq);
  }, [isAtEnd, isVisible, last?.id, session?.id]);
  return !isAtEnd && last !== undefined && last.id !== seen;
}
