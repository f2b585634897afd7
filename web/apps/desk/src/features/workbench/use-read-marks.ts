import { lastSeq, type LiveSession } from "@frontdesk/live/workbench";
import { useEffect, useState } from "react";

import { useLive } from "../../app/live-desk";
import { usePageVisible } from "./use-page-visible";

/** Tells the visitor that their lines were read: only when the end of the conversation is on a visible screen. */
export function useReadMarks(session: LiveSession): (isEndVisible: boolean) => void {
  const { desk } = useLive();
  const [isEndVisible, setEndVisible] = useState(false);
  const isPageVisible = usePageVisible();
  const { id } = session.summary;
  const seq = lastSeq(session);
  const isRead = isEndVisible && isPageVisible;
  useEffect(() => {
    if (isRead) desk.read(id, seq);
  }, [desk, isRead, id, seq]);
  return setEndVisible;
}
