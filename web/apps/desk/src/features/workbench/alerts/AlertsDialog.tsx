import { useText } from "@frontdesk/ui/react/language";
import { Modal, Switch } from "antd";
import { useId, useState } from "react";
import type { ReactNode } from "react";

import { alertMessages } from "./alert-messages";
import "./alerts.css";
import type { Chime } from "./chime";
import { NEWS_KINDS, type NewsKind } from "./news";
import { askNoticePermission, noticePermission, showSample, type NoticePermission } from "./notices";
import type { AlertSettings, AlertWay } from "./settings";

interface AlertsDialogProps {
  settings: AlertSettings;
  chime: Chime;
  onClose: () => void;
}

/** The four switches of WORK-04; each works at once, and turned on it shows what will happen. */
export function AlertsDialog({ settings, chime, onClose }: AlertsDialogProps) {
  const t = useText(alertMessages);
  const [choices, setChoices] = useState(() => settings.read());
  const { permission, hasAsked, allow } = usePermission();
  const turn = (way: AlertWay, kind: NewsKind, isOn: boolean) => setChoices(settings.turn(way, kind, isOn));
  const turnSound = (kind: NewsKind, isOn: boolean) => {
    turn("sound", kind, isOn);
    if (isOn) void chime.play(kind);
  };
  const turnNotification = async (kind: NewsKind, isOn: boolean) => turn("notification", kind, isOn && (await allow()));
  const isAllowed = permission === "granted";
  const { session, message } = choices.notification;
  return (
    <Modal open title={t("title")} footer={null} onCancel={onClose}>
      <div className="alerts">
        <p className="alerts-help">{t("intro")}</p>
        <Switches name={t("sound")} help={t("soundHelp")} choices={choices.sound} onTurn={turnSound} />
        <Switches
          name={t("notification")}
          help={t("notificationHelp")}
          choices={{ session: session && isAllowed, message: message && isAllowed }}
          onTurn={(kind, isOn) => void turnNotification(kind, isOn)}
        >
          {!isAllowed && (permission !== "default" || hasAsked) && (
            <p className="alerts-trouble" role="status">
              {t(`why_${permission}`)}
            </p>
          )}
        </Switches>
      </div>
    </Modal>
  );
}

/** Whether notifications may be shown; `allow` asks, and shows one when the answer is yes. */
function usePermission() {
  const t = useText(alertMessages);
  const [permission, setPermission] = useState<NoticePermission>(noticePermission);
  const [hasAsked, setAsked] = useState(false);
  const allow = async () => {
    // Some browsers ask so quietly that the question stays open for long.
    setAsked(true);
    const answer = await askNoticePermission();
    const isShown = showSample({ title: t("sampleTitle"), body: t("sampleBody") });
    setPermission(answer === "granted" && !isShown ? "unsupported" : answer);
    return isShown;
  };
  return { permission, hasAsked, allow };
}

interface SwitchesProps {
  name: string;
  help: string;
  choices: Readonly<Record<NewsKind, boolean>>;
  onTurn: (kind: NewsKind, isOn: boolean) => void;
  /** Why the switches may be off. */
  children?: ReactNode;
}

function Switches({ name, help, choices, onTurn, children }: SwitchesProps) {
  const t = useText(alertMessages);
  const id = useId();
  return (
    <fieldset className="alerts-way">
      <legend>{name}</legend>
      <p className="alerts-help">{help}</p>
      {NEWS_KINDS.map((kind) => (
        <div key={kind} className="alerts-switch">
          <label htmlFor={id + kind}>{t(kind)}</label>
          <Switch id={id + kind} checked={choices[kind]} onChange={(isOn) => onTurn(kind, isOn)} />
        </div>
      ))}
      {children}
    </fieldset>
  );
}
