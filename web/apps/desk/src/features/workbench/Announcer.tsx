import type { Workbench } from "@frontdesk/live/workbench";
import { useText } from "@frontdesk/ui/react/language";
import { useEffect, useRef, useState } from "react";

import { useDeskState } from "../../app/live-desk";
import { dueAlerts, unseen } from "./alerts/news";
import { visitorName } from "./session-words";
import { workbenchMessages } from "./workbench-messages";

const WORDS = { session: "newSessionFrom", message: "newMessageFrom" } as const;

/** Tells screen readers of new sessions and of messages in sessions that are not open. */
export function Announcer({ selected }: { selected: string | undefined }) {
  const t = useText(workbenchMessages);
  const { workbench } = useDeskState();
  const known = useRef<Workbench>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    if (workbench.cursor === undefined) return;
    const news = unseen(dueAlerts(known.current, workbench), new Set([selected ?? ""])).at(-1);
    known.current = workbench;
    if (news !== undefined) setText(t(WORDS[news.kind], { name: visitorName(news.session) }));
  }, [workbench, selected, t]);
  return (
    <div className="visually-hidden" role="status">
      {text}
    </div>
  );
}
