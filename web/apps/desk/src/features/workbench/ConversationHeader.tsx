import { ArrowLeftOutlined, IdcardOutlined, StarOutlined } from "@ant-design/icons";
import type { LiveSession } from "@frontdesk/live/workbench";
import { formatDuration, formatExact, formatTime } from "@frontdesk/ui/i18n/format";
import { VisitorPicture } from "@frontdesk/ui/react/VisitorPicture";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import { App, Button } from "antd";

import { useCommand } from "../../app/use-command";
import { visitorName } from "./session-words";
import { useNow } from "./use-now";
import { useSessionCommands } from "./use-session-commands";
import { workbenchMessages } from "./workbench-messages";

interface ConversationHeaderProps {
  session: LiveSession;
  /** Back to the list, on a phone. */
  onBack?: () => void;
  /** Opens the visitor's facts where they have no column. */
  onShowVisitor?: () => void;
}

/** Who, from where, since when, and the way to end it (WORK-05). */
export function ConversationHeader({ session, onBack, onShowVisitor }: ConversationHeaderProps) {
  const t = useText(workbenchMessages);
  const { language } = useLanguage();
  const { source, started_at, stage } = session.summary;
  const name = visitorName(session);
  return (
    <header className="conversation-header">
      {onBack !== undefined && (
        <Button
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={t("toList")}
          title={t("toList")}
          onClick={onBack}
        />
      )}
      <VisitorPicture session={session.summary} name={name} />
      <div className="conversation-who">
        <h1 title={name}>{name}</h1>
        <span className="conversation-facts">
          <span className="conversation-source" title={t("source")}>
            {revealHidden(source)}
          </span>
          <time dateTime={new Date(started_at).toISOString()} title={formatExact(started_at, language)}>
            {t("started", { time: formatTime(started_at, language) })}
          </time>
          <ServiceTime session={session} />
        </span>
      </div>
      {onShowVisitor !== undefined && (
        <Button
          type="text"
          icon={<IdcardOutlined />}
          aria-label={t("visitorInfo")}
          title={t("visitorInfo")}
          onClick={onShowVisitor}
        />
      )}
      {stage === "active" && <InviteRatingButton id={session.summary.id} />}
      {stage === "active" && <EndButton id={session.summary.id} name={name} />}
    </header>
  );
}

function ServiceTime({ session }: { session: LiveSession }) {
  const t = useText(workbenchMessages);
  const { assigned_at, started_at, ended_at, stage } = session.summary;
  const now = useNow(1_000, stage === "active");
  const duration = formatDuration((ended_at ?? now) - (assigned_at ?? started_at));
  return (
    <span className="conversation-duration" title={t("serviceTime")}>
      <span className="visually-hidden">{t("serviceTime")} </span>
      {duration}
    </span>
  );
}

/** Invites the visitor to rate (WORK-14); the conversation tells that it was sent, a refusal says why not. */
function InviteRatingButton({ id }: { id: string }) {
  const t = useText(workbenchMessages);
  const commands = useSessionCommands();
  const invite = useCommand(commands.inviteRating);
  return (
    <Button
      type="text"
      icon={<StarOutlined />}
      aria-label={t("inviteRating")}
      title={t("inviteRating")}
      loading={invite.isRunning}
      onClick={() => invite.run(id)}
    />
  );
}

function EndButton({ id, name }: { id: string; name: string }) {
  const t = useText(workbenchMessages);
  const { modal } = App.useApp();
  const commands = useSessionCommands();
  const end = useCommand(commands.end);
  const ask = () =>
    modal.confirm({
      title: t("endTitle", { name }),
      content: t("endText"),
      okText: t("end"),
      okButtonProps: { danger: true },
      cancelText: t("cancel"),
      onOk: () => end.run(id),
    });
  return (
    <Button danger loading={end.isRunning} onClick={ask}>
      {t("end")}
    </Button>
  );
}
