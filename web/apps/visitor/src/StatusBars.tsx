/** Thin bars between header and conversation: connection, place in the queue, notices. */
import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useState } from "preact/hooks";

import { CloseIcon } from "./Icons";
import { isPageStale, onStale } from "./stale";
import { useTexts } from "./texts";
import { troubleSentence } from "./trouble";
import { useNow } from "./use-now";

/** A shorter break is not worth a word. */
const PATIENCE_MS = 1_500;

/** "Reconnecting, 12 s · 2 waiting to be sent · try now", while the desk cannot be reached. */
export function ConnectionBar({ client, state }: { client: VisitorClient; state: ClientState }) {
  const { t } = useTexts();
  const { link } = state;
  const now = useNow(500, link.kind === "offline");
  if (link.kind !== "offline" || now - link.since < PATIENCE_MS) return null;
  const seconds = Math.ceil((link.retry_at - now) / 1000);
  const waiting = state.pending.filter((item) => item.state !== "failed" && item.state !== "sent").length;
  const isRefused = state.trouble !== null && state.trouble.code !== "offline" && state.trouble.code !== "timeout";
  const text = seconds > 0 ? t("reconnecting_in", { seconds }) : t("reconnecting");
  return (
    <div class="bar bar-warning">
      {/* The countdown is for the eyes: read out each second it would drown everything else. */}
      <span class="visually-hidden" role="status">
        {t("reconnecting")}
      </span>
      <span aria-hidden="true">
        {isRefused && state.trouble !== null && `${troubleSentence(state.trouble, t)} `}
        {text}
        {waiting > 0 && ` · ${t("waiting_to_send", { n: waiting })}`}
      </span>
      <button type="button" class="link-button" onClick={() => client.tryNow()}>
        {t("try_now")}
      </button>
    </div>
  );
}

/** How many people wait before this one (ROUTE-01). */
export function QueueBar({ state }: { state: ClientState }) {
  const { t } = useTexts();
  const session = state.conversation.session;
  if (session?.stage !== "waiting") return null;
  const ahead = session.ahead ?? 0;
  const key = ahead === 0 ? "waiting_next" : ahead === 1 ? "waiting_one" : "waiting_ahead";
  return (
    <div class="bar bar-info" role="status">
      <span>{t(key, { n: ahead })}</span>
    </div>
  );
}

/** There is a newer release of this page, and parts of this one are gone. */
export function StaleBar() {
  const { t } = useTexts();
  const [isStale, setStale] = useState(isPageStale());
  useEffect(() => onStale(() => setStale(true)), []);
  if (!isStale) return null;
  return (
    <div class="bar bar-warning" role="alert">
      <span>{t("new_version")}</span>
      <button type="button" class="link-button" onClick={() => location.reload()}>
        {t("reload")}
      </button>
    </div>
  );
}

/** Something that a person asked for was not done. */
export function NoticeBar({ text, close }: { text: string | null; close: () => void }) {
  const { t } = useTexts();
  if (text === null) return null;
  return (
    <div class="bar bar-danger" role="alert">
      <span>{text}</span>
      <button type="button" class="icon-button" onClick={close} aria-label={t("close")}>
        <CloseIcon />
      </button>
    </div>
  );
}
