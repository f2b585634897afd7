import { useText } from "@frontdesk/ui/react/language";
import type { LiveSession } from "@frontdesk/live/workbench";
import { App } from "antd";
import { useEffect, useRef } from "react";

import { appMessages } from "./app-messages";
import { useDeskState } from "./live-desk";

/** Says which sessions left one's hands without one's doing, such as while one was disconnected (ROUTE-22, F39). */
export function MovedSessions() {
  const t = useText(appMessages);
  const { notification } = App.useApp();
  const { sessions, generation } = useDeskState().workbench;
  const before = useRef({ sessions, generation });
  useEffect(() => {
    const known = before.current;
    before.current = { sessions, generation };
    // After a restored backup everything may be otherwise: nobody took anything.
    if (known.generation !== generation) return;
    const moved = [...known.sessions.values()].filter(
      (session) => isOpen(session) && !sessions.has(session.summary.id),
    );
    if (moved.length === 0) return;
    const names = moved.map((session) => session.summary.visitor.nickname).join(", ");
    notification.warning({ title: t("movedTitle", { count: moved.length }), description: names, duration: 0 });
  }, [sessions, generation, notification, t]);
  return null;
}

function isOpen({ summary }: LiveSession): boolean {
  return summary.stage === "active";
}
