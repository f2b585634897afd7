import type { LiveSession } from "@frontdesk/live/workbench";
import type { Words } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";

import type { workbenchMessages } from "./workbench-messages";

type WorkbenchWords = Words<typeof workbenchMessages>;

/** A visitor's name as it is shown: hidden characters visible (T108). */
export function visitorName(session: LiveSession): string {
  return revealHidden(session.summary.visitor.nickname);
}

/** The last message in one line (WORK-03). */
export function lastMessageText(session: LiveSession, t: WorkbenchWords): string {
  const message = session.summary.last_message;
  if (message === undefined) return t("noMessage");
  const preview = revealHidden(message.preview);
  const text = { text: preview, image: t("image"), file: t("file", { name: preview }) }[message.kind];
  return message.author.type === "agent" ? t("you", { text }) : text;
}

/** Whether a visitor's name holds what is looked for (WORK-02). */
export function matches(session: LiveSession, query: string): boolean {
  return session.summary.visitor.nickname.toLowerCase().includes(query.trim().toLowerCase());
}
