import type { LiveSession } from "@frontdesk/live/workbench";
import { useText } from "@frontdesk/ui/react/language";
import { useEffect, useRef, useState } from "react";

import { useDeskState } from "../../app/live-desk";
import { visitorName } from "./session-words";
import { workbenchMessages } from "./workbench-messages";

/** Tells screen readers of new sessions and of messages in sessions that are not open. */
export function Announcer({ selected }: { selected: string | undefined }) {
  const t = useText(workbenchMessages);
  const { workbench } = useDeskState();
  const known = useRef(workbench);
  const [text, setText] = useState("");
  useEffect(() => {
    const before = known.current;
    known.current = workbench;
    if (before.cursor === undefined || before.sessions === workbench.sessions) return;
    for (const [id, session] of workbench.sessions) {
      const news = id === selected ? undefined : newsOf(session, before.sessions.get(id));
      if (news !== undefined) setText(t(news, { name: visitorName(session) }));
    }
  }, [workbench, selected, t]);
  return (
    <div className="visually-hidden" role="status">
      {text}
    </div>
  );
}

function newsOf(
  session: LiveSession,
  before: LiveSession | undefined,
): "newSessionFrom" | "newMessageFrom" | undefined {
  if (session.summary.stage !== "active") return undefined;
  if (before === undefined) return "newSessionFrom";
  return session.summary.unread > before.summary.unread ? "newMessageFrom" : undefined;
}
