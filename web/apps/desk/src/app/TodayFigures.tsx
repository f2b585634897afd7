import { formatTime } from "@frontdesk/ui/i18n/format";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { Button, Popover } from "antd";
import { useEffect, useState } from "react";

import { appMessages } from "./app-messages";
import type { Me } from "./sign-in";

const MINUTE_MS = 60_000;

/** Own figures of today, each with what it means (WORK-20, DATA-05). They come with the own state, after each change. */
export function TodayFigures({ today }: { today: Me["today"] }) {
  const t = useText(appMessages);
  const { language } = useLanguage();
  const online = useOnline(today);
  const duration = t("duration", { hours: Math.floor(online / 60), minutes: online % 60 });
  const figures = [
    { key: "taken", name: t("taken"), value: today.taken, help: t("takenHelp") },
    { key: "ended", name: t("ended"), value: today.ended, help: t("endedHelp") },
    { key: "online", name: t("online"), value: duration, help: t("onlineHelp") },
  ];
  const content = (
    <>
      <dl className="today-figures">
        {figures.map(({ key, name, value, help }) => (
          <div key={key}>
            <dt>{name}</dt>
            <dd data-figure={key}>{value}</dd>
            <dd className="today-help">{help}</dd>
          </div>
        ))}
      </dl>
      <p className="today-help">{t("dayHelp", { time: formatTime(today.ends_at, language) })}</p>
    </>
  );
  return (
    <Popover title={t("todayTitle")} content={content} trigger="click" placement="bottomRight">
      <Button
        type="text"
        className="today-button"
        aria-label={t("todayButton", { taken: today.taken, ended: today.ended, online: duration })}
      >
        <span className="today-word">{t("today")}</span> {today.taken}/{today.ended}
      </Button>
    </Popover>
  );
}

/** Whole minutes online, counting on by this page's own clock while it lasts. */
function useOnline({ online_ms, online_since }: Me["today"]): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (online_since === undefined) return;
    const timer = window.setInterval(() => setNow(Date.now()), MINUTE_MS / 6);
    return () => window.clearInterval(timer);
  }, [online_since, online_ms]);
  const lasting = online_since === undefined ? 0 : Math.max(0, now - online_since);
  return Math.floor((online_ms + lasting) / MINUTE_MS);
}
