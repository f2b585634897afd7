import { DownOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";

import { Placeholder } from "../Placeholder";
import { useText } from "../language";
import { ImageViewer } from "./ImageViewer";
import { LineView } from "./LineView";
import type { LineActions } from "./LineView";
import type { Line } from "./lines";
import type { Attachment } from "./MessageContent";
import { conversationMessages } from "./conversation-messages";
import { useScrollPlace } from "./use-scroll-place";
import "./conversation.css";

/** Lines that are drawn at first; more when one scrolls up, so that a long conversation opens at once. */
const WINDOW = 120;

/** What is older than the first line. */
export interface OlderLines {
  hasMore: boolean;
  isLoading: boolean;
  /** Why loading failed, as a sentence. */
  failure: string | undefined;
  load: () => void;
}

interface ConversationViewProps {
  /** Which conversation; each keeps its own place. */
  id: string;
  lines: readonly Line[];
  isLoading?: boolean;
  older: OlderLines;
  /** Shown after the last line, such as the typing sign or uploads. */
  footer?: ReactNode;
  onSendAgain?: (clientId: string) => void;
  onDiscard?: (clientId: string) => void;
  /** Whether the end of the conversation is on a visible screen. */
  onEndVisible?: (isVisible: boolean) => void;
}

const LOADING_BARS = [40, 55, 30, 60, 45, 35];

const nothing = () => undefined;

/** A conversation that one scrolls through. */
export function ConversationView(props: ConversationViewProps) {
  const { id, lines, older, onSendAgain = nothing, onDiscard = nothing, onEndVisible } = props;
  const t = useText(conversationMessages);
  const [opened, setOpened] = useState<Attachment>();
  const actions = useMemo<LineActions>(
    () => ({ onOpenImage: setOpened, onSendAgain, onDiscard }),
    [onSendAgain, onDiscard],
  );
  const drawn = useWindow(id, lines);
  const onNearTop = useCallback(() => {
    if (drawn.hasMore) drawn.grow();
    else if (older.hasMore && !older.isLoading && older.failure === undefined) older.load();
  }, [drawn, older]);
  const last = lines.at(-1);
  const place = useScrollPlace({
    id,
    // Not the very first line: the divider of an earlier session stays when its older messages come.
    firstKey: drawn.lines.find(({ kind }) => kind === "message")?.key,
    lastKey: last?.key,
    isLastOurs: last?.kind === "message" && last.delivery?.kind === "sending",
    onNearTop,
  });

  useEffect(() => onEndVisible?.(place.isAtEnd), [onEndVisible, place.isAtEnd]);

  return (
    <div className="conversation">
      <div
        ref={place.scroller}
        className="conversation-scroller"
        onScroll={place.onScroll}
        role="log"
        aria-live="polite"
        aria-label={t("conversation")}
        tabIndex={0}
      >
        <div ref={place.content} className="conversation-lines">
          {props.isLoading ? (
            <Placeholder label={t("loading")} bars={LOADING_BARS} />
          ) : (
            <Older older={older} hasDrawnAll={!drawn.hasMore} />
          )}
          {drawn.lines.map((line) => (
            <LineView key={line.key} line={line} actions={actions} />
          ))}
          {props.footer}
        </div>
      </div>
      {!place.isAtEnd && (
        <Button
          className="conversation-newest"
          shape="round"
          type={place.hasNew ? "primary" : "default"}
          icon={<DownOutlined />}
          iconPlacement="end"
          aria-label={t(place.hasNew ? "newMessages" : "toNewest")}
          onClick={place.toEnd}
        >
          {place.hasNew ? t("newMessages") : null}
        </Button>
      )}
      <ImageViewer attachment={opened} onClose={() => setOpened(undefined)} />
    </div>
  );
}

/** The newest lines only, and how to draw more. */
function useWindow(id: string, lines: readonly Line[]) {
  const [size, setSize] = useState({ id, count: WINDOW });
  const count = size.id === id ? size.count : WINDOW;
  return useMemo(
    () => ({
      lines: lines.slice(-count),
      hasMore: lines.length > count,
      grow: () => setSize({ id, count: count + WINDOW }),
    }),
    [id, lines, count],
  );
}

function Older({ older, hasDrawnAll }: { older: OlderLines; hasDrawnAll: boolean }) {
  const t = useText(conversationMessages);
  if (older.failure !== undefined) {
    return (
      <div className="conversation-older" role="alert">
        <span>
          {t("moreFailed")} {older.failure}
        </span>
        <Button type="link" size="small" onClick={older.load} loading={older.isLoading}>
          {t("tryAgain")}
        </Button>
      </div>
    );
  }
  if (!hasDrawnAll || !older.hasMore) return null;
  return (
    <div className="conversation-older">
      <Button type="link" size="small" onClick={older.load} loading={older.isLoading}>
        {t("more")}
      </Button>
    </div>
  );
}
