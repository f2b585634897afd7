import { FileOutlined, PictureOutlined } from "@ant-design/icons";
import { countChars } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import type { ClipboardEvent, KeyboardEvent, RefObject } from "react";

import { useLive } from "../../app/live-desk";
import { EmojiPicker } from "./EmojiPicker";
import { workbenchMessages } from "./workbench-messages";

/** Most characters of a message, as the server counts them. */
const MAX_CHARS = 4_000;
/** From here on one is told how many there are. */
const COUNT_FROM = 3_500;

const IMAGES = "image/png,image/jpeg,image/gif,image/webp";

interface ComposerProps {
  sessionId: string;
  isPhone: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Esc in the field. */
  onLeave: () => void;
}

/** Where one writes: text, emoji, pictures and files (WORK-07, WORK-08). What was begun stays per session. */
export function Composer({ sessionId, isPhone, field, onLeave }: ComposerProps) {
  const t = useText(workbenchMessages);
  const { desk, uploads, drafts } = useLive();
  const texts = useSyncExternalStore(drafts.subscribe, drafts.texts);
  const text = texts.get(sessionId) ?? "";
  const count = countChars(text);
  const isTooLong = count > MAX_CHARS;
  const canSend = text.trim() !== "" && !isTooLong;

  useGrowing(field, text);

  const write = (next: string) => {
    drafts.set(sessionId, next);
    if (next !== "") desk.typing(sessionId);
  };
  const send = () => {
    if (!canSend) return;
    desk.post({ session_id: sessionId, content: { type: "text", text } });
    drafts.set(sessionId, "");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") onLeave();
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    uploads.add(sessionId, files);
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-tools">
        <EmojiPicker onPick={(emoji) => write(insert(field.current, text, emoji))} />
        <FileButton
          accept={IMAGES}
          label={t("sendImage")}
          icon={<PictureOutlined />}
          onFiles={(files) => uploads.add(sessionId, files)}
        />
        <FileButton label={t("sendFile")} icon={<FileOutlined />} onFiles={(files) => uploads.add(sessionId, files)} />
        {count > COUNT_FROM && (
          <span className="composer-count" data-wrong={isTooLong} role="status">
            {isTooLong ? t("tooLong", { max: MAX_CHARS, count }) : `${count} / ${MAX_CHARS}`}
          </span>
        )}
      </div>
      <div className="composer-line">
        <textarea
          ref={field}
          value={text}
          rows={isPhone ? 1 : 2}
          aria-invalid={isTooLong}
          aria-label={t("message")}
          placeholder={t(isPhone ? "placeholderPhone" : "placeholder")}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <Button type="primary" htmlType="submit" disabled={!canSend}>
          {t("send")}
        </Button>
      </div>
    </form>
  );
}

/** The field is as high as its text; style sheets say how high it may become. */
function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [field, text]);
}

/** Enter that chooses a candidate of an input method is no Enter of ours; Safari tells it by the old key code only. */
function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

/** The text with `piece` where the caret is; the caret goes behind it. */
function insert(area: HTMLTextAreaElement | null, text: string, piece: string): string {
  if (area === null) return text + piece;
  const { selectionStart, selectionEnd } = area;
  const caret = selectionStart + piece.length;
  requestAnimationFrame(() => {
    area.focus();
    area.setSelectionRange(caret, caret);
  });
  return text.slice(0, selectionStart) + piece + text.slice(selectionEnd);
}

interface FileButtonProps {
  label: string;
  icon: React.ReactNode;
  accept?: string;
  onFiles: (files: File[]) => void;
}

function FileButton({ label, icon, accept, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button type="text" icon={icon} aria-label={label} title={label} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        {...(accept === undefined ? {} : { accept })}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}
