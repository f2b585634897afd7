import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useEffect, useState } from "react";

import { appMessages } from "./app-messages";
import { useDeskState, useLive } from "./live-desk";

/** So long a connection may take before anybody is bothered with it, in milliseconds. */
const GRACE_MS = 1_500;
/** So long it is said that all is well again, in milliseconds. */
const BACK_MS = 3_000;

/** A thin bar while the live connection is not fine: since when, what waits, and "try now"; and that it is back (WORK-26). */
export function ConnectionBar() {
  const t = useText(appMessages);
  const { desk } = useLive();
  const { connection, isByHttp, outbox } = useDeskState();
  const isFine = connection.kind === "open";
  const isShown = useLasting(!isFine, GRACE_MS);
  const isBack = useAfterwards(isShown, isFine, BACK_MS);
  const seconds = useSecondsUntil(connection.kind === "waiting" ? connection.retry_at : undefined);
  if (isFine && isBack) {
    return (
      <div className="connection-bar connection-bar-back" role="status">
        <span>{t("back")}</span>
      </div>
    );
  }
  if (isFine || !isShown) return null;
  const waiting = outbox.filter((item) => item.trouble === undefined && item.seq === undefined).length;
  return (
    <div className="connection-bar" role="status">
      <span>{seconds > 0 ? t("reconnectingIn", { seconds }) : t("reconnecting")}</span>
      {isByHttp && <span>{t("byHttp")}</span>}
      {waiting > 0 && <span>{t("waitingToSend", { count: waiting })}</span>}
      <Button size="small" onClick={() => desk.tryNow()}>
        {t("tryNow")}
      </Button>
    </div>
  );
}

/** Whether `value` has been true for a while. */
function useLasting(value: boolean, milliseconds: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) return;
    const timer = window.setTimeout(() => setLasting(true), milliseconds);
    return () => {
      window.clearTimeout(timer);
      setLasting(false);
    };
  }, [value, milliseconds]);
  return isLasting;
}

/** Whether trouble that was shown has ended a moment ago. */
function useAfterwards(wasShown: boolean, isFine: boolean, milliseconds: number): boolean {
  const [isRecent, setRecent] = useState(false);
  useEffect(() => {
    if (wasShown) setRecent(true);
  }, [wasShown]);
  useEffect(() => {
    if (!isRecent || !isFine) return;
    const timer = window.setTimeout(() => setRecent(false), milliseconds);
    return () => window.clearTimeout(timer);
  }, [isRecent, isFine, milliseconds]);
  return isRecent;
}

function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (moment === undefined) return;
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, [moment]);
  return moment === undefined ? 0 : Math.max(0, Math.ceil((moment - now) / 1_000));
}
