import { isTyping, type LiveSession } from "@frontdesk/live/workbench";
import { ConversationView } from "@frontdesk/ui/react/conversation/ConversationView";
import { conversationMessages } from "@frontdesk/ui/react/conversation/conversation-messages";
import { sessionLines } from "@frontdesk/ui/react/conversation/lines";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useCallback, useMemo } from "react";
import type { RefObject } from "react";

import { useDeskState, useLive } from "../../app/live-desk";
import { useCommand } from "../../app/use-command";
import { Composer } from "./Composer";
import { ConversationHeader } from "./ConversationHeader";
import { DropZone } from "./DropZone";
import { visitorName } from "./session-words";
import { UploadRows } from "./UploadRows";
import { useNow } from "./use-now";
import { useOlder } from "./use-older";
import { useReadMarks } from "./use-read-marks";
import { useSessionCommands } from "./use-session-commands";
import { workbenchMessages } from "./workbench-messages";

interface ConversationProps {
  session: LiveSession;
  isPhone: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  onLeave: () => void;
  onBack?: () => void;
  onShowVisitor?: () => void;
}

/** One session: header, lines, and where one writes. */
export function Conversation({ session, isPhone, field, onLeave, ...header }: ConversationProps) {
  const { desk, uploads } = useLive();
  const { outbox } = useDeskState();
  const { id, stage, visitor_read } = session.summary;
  const { lines: earlier, older } = useOlder(session);
  const onEndVisible = useReadMarks(session);
  const unsent = useMemo(() => outbox.filter((item) => item.session_id === id), [outbox, id]);
  const lines = useMemo(
    () => [...earlier, ...sessionLines(session.entries, unsent, visitor_read)],
    [earlier, session.entries, unsent, visitor_read],
  );
  const onSendAgain = useCallback((clientId: string) => desk.sendAgain(clientId), [desk]);
  const onDiscard = useCallback((clientId: string) => desk.discard(clientId), [desk]);
  const isOpen = stage === "active";
  return (
    <DropZone isOpen={isOpen} onFiles={(files) => uploads.add(id, files)}>
      <ConversationHeader session={session} {...header} />
      <ConversationView
        id={id}
        lines={lines}
        isLoading={session.entries.length === 0 && older.failure === undefined}
        older={older}
        footer={
          <>
            <UploadRows sessionId={id} />
            <TypingSign session={session} />
          </>
        }
        onSendAgain={onSendAgain}
        onDiscard={onDiscard}
        onEndVisible={onEndVisible}
      />
      {isOpen ? <Composer sessionId={id} isPhone={isPhone} field={field} onLeave={onLeave} /> : <EndedNote id={id} />}
    </DropZone>
  );
}

function TypingSign({ session }: { session: LiveSession }) {
  const t = useText(conversationMessages);
  const now = useNow(1_000, session.typingAt > 0);
  // A key that was pressed after the last tick of our clock counts.
  if (!isTyping(session, Math.max(now, session.typingAt))) return null;
  return <div className="typing-sign">{t("typing", { name: visitorName(session) })}</div>;
}

function EndedNote({ id }: { id: string }) {
  const t = useText(workbenchMessages);
  const commands = useSessionCommands();
  const complete = useCommand(commands.complete);
  return (
    <div className="ended-note">
      <span>{t("endedNote")}</span>
      <Button type="primary" loading={complete.isRunning} onClick={() => complete.run(id)}>
        {t("complete")}
      </Button>
    </div>
  );
}
