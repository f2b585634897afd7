import { CheckOutlined, ExclamationCircleFilled } from "@ant-design/icons";
import { isNew, type LiveSession } from "@frontdesk/live/workbench";
import { formatExact, formatRelative } from "@frontdesk/ui/i18n/format";
import { VisitorPicture } from "@frontdesk/ui/react/VisitorPicture";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { memo } from "react";
import { Link } from "react-router";

import { lastWords, visitorName } from "./session-words";
import { sessionPath } from "./use-selection";
import { workbenchMessages } from "./workbench-messages";

interface SessionRowProps {
  session: LiveSession;
  isSelected: boolean;
  /** The row that Tab comes to. */
  isTabStop: boolean;
  draft: string;
  hasFailed: boolean;
  isTyping: boolean;
  /** For relative times. */
  now: number;
  onSelect: (id: string) => void;
  /** Only ended sessions are put away. */
  onComplete?: (id: string) => void;
}

/** One session in the list: who, the last message, when, and what needs attention. */
export const SessionRow = memo(function SessionRow(props: SessionRowProps) {
  const { session, isSelected, onSelect, onComplete } = props;
  const t = useText(workbenchMessages);
  const { language } = useLanguage();
  const { id, visitor, unread, stage } = session.summary;
  const name = visitorName(session);
  const { at } = lastWords(session, t);
  return (
    <li className="session-row" data-new={isNew(session)} data-selected={isSelected}>
      {/* A place one goes to, so that it can be opened in a tab of its own, too. */}
      <Link
        to={sessionPath(id)}
        className="session-link"
        data-session={id}
        aria-current={isSelected ? "true" : undefined}
        tabIndex={props.isTabStop ? 0 : -1}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          onSelect(id);
        }}
      >
        <span className="visitor-mark">
          <VisitorPicture session={session.summary} name={name} />
          <OnlineDot isOnline={visitor.online} />
        </span>
        <span className="session-facts">
          <span className="session-top">
            <span className="session-name">{name}</span>
            <time className="session-time" dateTime={new Date(at).toISOString()} title={formatExact(at, language)}>
              {formatRelative(at, language, props.now)}
            </time>
          </span>
          <span className="session-bottom">
            <Preview {...props} />
            {props.hasFailed && (
              <ExclamationCircleFilled
                className="session-failed"
                role="img"
                aria-label={t("failedMark")}
                title={t("failedMark")}
              />
            )}
            {stage === "active" && unread > 0 && (
              <span className="unread" title={t("unread", { count: unread })}>
                <span aria-hidden>{unread > 99 ? "99+" : unread}</span>
                <span className="visually-hidden">{t("unread", { count: unread })}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
      {onComplete !== undefined && (
        <Button
          className="session-complete"
          type="text"
          size="small"
          icon={<CheckOutlined />}
          aria-label={t("completeNamed", { name })}
          title={t("complete")}
          onClick={() => onComplete(id)}
        />
      )}
    </li>
  );
});

function Preview({ session, draft, isSelected, isTyping }: SessionRowProps) {
  const t = useText(workbenchMessages);
  if (isTyping) return <span className="session-preview session-typing">{t("typing")}</span>;
  if (draft !== "" && !isSelected) {
    return (
      <span className="session-preview">
        <span className="session-draft">{t("draft")}</span> {draft}
      </span>
    );
  }
  return <span className="session-preview">{lastWords(session, t).text}</span>;
}

/** Whether a page of the visitor is open (WORK-03). */
function OnlineDot({ isOnline }: { isOnline: boolean }) {
  const t = useText(workbenchMessages);
  const label = t(isOnline ? "online" : "offlineVisitor");
  return <span className="visitor-mark-dot" data-online={isOnline} role="img" aria-label={label} title={label} />;
}
