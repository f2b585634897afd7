import { revealHidden } from "@frontdesk/ui/text/hidden";
import type { ClientState, VisitorEntry } from "@frontdesk/visitor-sdk";
import { useEffect, useRef, useState } from "preact/hooks";

import type { T } from "../messages";
import { useTexts } from "../texts";
import { systemText } from "./Log";

/** Reads new lines of the other side out, politely, and only those: not the history that is loaded on demand. */
export function Announcer({ state, title }: { state: ClientState; title: string }) {
  const { t } = useTexts();
  const [said, setSaid] = useState("");
  const told = useRef<number | null>(null);
  const { entries, session } = state.conversation;
  useEffect(() => {
    const newest = entries.at(-1)?.at ?? 0;
    const before = told.current;
    if (state.phase !== "ready") return;
    told.current = Math.max(newest, before ?? 0);
    if (before === null) return;
    const news = entries.filter((entry) => entry.at > before && entry.author !== "visitor");
    if (news.length > 0) setSaid(news.map((entry) => spoken(entry, session?.agent?.nickname ?? title, t)).join("\n"));
  }, [entries, state.phase]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {said}
    </div>
  );
}

function spoken(entry: VisitorEntry, name: string, t: T): string {
  if (entry.body.kind === "assigned") return systemText(entry.body, t);
  if (entry.body.kind === "ended") return systemText(entry.body, t);
  const { content } = entry.body;
  if (content.type === "text") return t("announce", { name, text: revealHidden(content.text) });
  const text = content.type === "image" ? t("announce_image") : t("announce_file", { name: content.attachment.name });
  return t("announce", { name, text });
}
