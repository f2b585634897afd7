import type { VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useRef, useState } from "preact/hooks";

const KEEP_AFTER_MS = 300;

/** What stands in the input; kept over a reload. */
export function useDraft(client: VisitorClient, isKnown: boolean): [string, (text: string) => void] {
  const [text, setText] = useState("");
  const current = useRef("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const change = (next: string) => {
    current.current = next;
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (client.draft = next), KEEP_AFTER_MS);
  };
  // The draft belongs to a visitor, who is known only now; what was written meanwhile comes first.
  useEffect(() => {
    if (isKnown && current.current === "") change(client.draft);
  }, [client, isKnown]);
  useEffect(() => {
    const keep = () => (client.draft = current.current);
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, [client]);
  return [text, change];
}
