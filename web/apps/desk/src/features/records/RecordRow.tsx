import { Time } from "@frontdesk/ui/react/Time";
import { VisitorPicture } from "@frontdesk/ui/react/VisitorPicture";
import { useText, type Words } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";

import type { SessionSummary } from "./records-data";
import { recordsMessages } from "./records-messages";

interface RecordRowProps {
  session: SessionSummary;
  isSelected: boolean;
  onSelect: (id: string) => void;
}

/** One ended session: who, the last message, when. */
export function RecordRow({ session, isSelected, onSelect }: RecordRowProps) {
  const t = useText(recordsMessages);
  const name = revealHidden(session.visitor.nickname);
  return (
    <li>
      <button
        type="button"
        className="record-button"
        aria-current={isSelected ? "true" : undefined}
        onClick={() => onSelect(session.id)}
      >
        <VisitorPicture session={session} name={name} />
        <span className="record-facts">
          <span className="record-top">
            <strong>{name}</strong>
            <Time at={session.ended_at ?? session.started_at} />
          </span>
          <span className="record-preview">{previewOf(session, t)}</span>
          <span className="record-source">{revealHidden(session.source)}</span>
        </span>
      </button>
    </li>
  );
}

function previewOf({ last_message }: SessionSummary, t: Words<typeof recordsMessages>): string {
  if (last_message === undefined) return t("noMessage");
  const preview = revealHidden(last_message.preview);
  switch (last_message.kind) {
    case "image":
    case "linked_image":
      return t("image");
    case "file":
      return t("file", { name: preview });
    case "text":
    case "card":
    case "menu":
    case "form":
    case "rating":
      return preview;
  }
}
