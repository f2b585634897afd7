import { CheckOutlined, ClockCircleOutlined, ExclamationCircleFilled } from "@ant-design/icons";
import { Button } from "antd";
import { memo } from "react";

import { formatExact, formatTime } from "../../i18n/format";
import { problemSentence } from "../../i18n/problems";
import { revealHidden } from "../../text/hidden";
import { useLanguage, useText } from "../language";
import { conversationMessages } from "./conversation-messages";
import type { Delivery, EarlierSession, EndedBy, Line, MessageLine, Notice, RequeueReason } from "./lines";
import { MessageContent, type Attachment } from "./MessageContent";

/** What one can do with lines. */
export interface LineActions {
  onOpenImage: (attachment: Attachment) => void;
  onSendAgain: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
}

/** One row of a conversation. */
export const LineView = memo(function LineView({ line, actions }: { line: Line; actions: LineActions }) {
  switch (line.kind) {
    case "message":
      return <MessageRow line={line} actions={actions} />;
    case "time":
      return (
        <div className="line-middle">
          <Moment at={line.at} />
        </div>
      );
    case "session":
      return <EarlierDivider session={line.session} />;
    case "current":
      return <CurrentDivider at={line.at} />;
    case "notice":
      return <NoticeRow notice={line.notice} at={line.at} />;
  }
});

function MessageRow({ line, actions }: { line: MessageLine; actions: LineActions }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  const isPicture = line.content.type === "image";
  return (
    <div className="line-message" data-side={line.side} data-first={line.isFirst} data-last={line.isLast}>
      <div className="bubble" data-picture={isPicture} title={formatExact(line.at, language)}>
        {line.side === "flow" && line.isFirst && <span className="bubble-origin">{t("flow")}</span>}
        <MessageContent content={line.content} chosen={line.chosen} onOpenImage={actions.onOpenImage} />
      </div>
      {line.delivery !== undefined && <DeliveryMark delivery={line.delivery} actions={actions} />}
    </div>
  );
}

function DeliveryMark({ delivery, actions }: { delivery: Delivery; actions: LineActions }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  switch (delivery.kind) {
    case "sending":
      return (
        <span className="delivery" role="img" aria-label={t("sending")} title={t("sending")}>
          <ClockCircleOutlined aria-hidden />
        </span>
      );
    case "sent":
    case "read":
      return (
        <span
          className="delivery"
          data-read={delivery.kind === "read"}
          role="img"
          aria-label={t(delivery.kind)}
          title={t(delivery.kind)}
        >
          <CheckOutlined aria-hidden />
          {delivery.kind === "read" && <CheckOutlined aria-hidden />}
        </span>
      );
    case "failed":
      return (
        <span className="delivery-failed" role="alert">
          <ExclamationCircleFilled aria-hidden />
          <span>{t("failed", { reason: problemSentence(delivery.trouble, language) })}</span>
          <Button type="link" size="small" danger onClick={() => actions.onSendAgain(delivery.clientId)}>
            {t("sendAgain")}
          </Button>
          <Button type="link" size="small" onClick={() => actions.onDiscard(delivery.clientId)}>
            {t("discard")}
          </Button>
        </span>
      );
  }
}

function Moment({ at }: { at: number }) {
  const { language } = useLanguage();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at, language)}>
      {formatTime(at, language)}
    </time>
  );
}

function EarlierDivider({ session }: { session: EarlierSession }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  const date = formatTime(session.started_at, language);
  const source = revealHidden(session.source);
  const nickname = session.agent_nickname;
  const text =
    nickname === undefined
      ? t("earlierSession", { date, source })
      : t("earlierSessionWith", { date, source, nickname });
  return (
    <div className="line-divider" title={formatExact(session.started_at, language)}>
      <span>{text}</span>
    </div>
  );
}

function CurrentDivider({ at }: { at: number }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  return (
    <div className="line-divider" title={formatExact(at, language)}>
      <span>{t("currentSession", { date: formatTime(at, language) })}</span>
    </div>
  );
}

const ENDED_WORDS = {
  visitor: "endedByVisitor",
  agent: "endedByAgent",
  admin: "endedByAdmin",
  timer: "endedByTimer",
  inactivity: "endedByInactivity",
  flow: "endedByFlow",
} as const satisfies Record<EndedBy, string>;

const REQUEUED_WORDS = {
  forced_offline: "requeuedForcedOffline",
  agent_disconnected: "requeuedDisconnected",
} as const satisfies Record<RequeueReason, string>;

function NoticeRow({ notice, at }: { notice: Notice; at: number }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  return (
    <div className="line-middle" title={formatExact(at, language)}>
      {noticeText(notice, t)}
    </div>
  );
}

function noticeText(notice: Notice, t: ReturnType<typeof useText<(typeof conversationMessages)["zh-CN"]>>): string {
  switch (notice.kind) {
    case "assigned":
      return t("assigned", { nickname: notice.nickname, staffNo: notice.staffNo });
    case "requeued":
      return t(REQUEUED_WORDS[notice.reason]);
    case "rated": {
      const { level, value, comment } = notice;
      const text = { level: revealHidden(level), value };
      return comment === undefined ? t("rated", text) : t("ratedWith", { ...text, comment: revealHidden(comment) });
    }
    case "ended":
      return t(ENDED_WORDS[notice.by]);
  }
}
