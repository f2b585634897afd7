import { FileOutlined, PictureOutlined } from "@ant-design/icons";
import { countChars } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useRef, useSyncExternalStore } from "react";
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
  field: RefObject<TextAreaRef | null>;
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
        <Input.TextArea
          ref={field}
          value={text}
          variant="borderless"
          autoSize={{ minRows: isPhone ? 1 : 2, maxRows: isPhone ? 5 : 8 }}
          status={isTooLong ? "error" : ""}
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

/** Enter that chooses a candidate of an input method is no Enter of ours; Safari tells it by the old key code only. */
function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

/** The text with `piece` where the caret is; the caret goes behind it. */
function insert(field: TextAreaRef | null, text: string, piece: string): string {
  const area = field?.resizableTextArea?.textArea;
  if (!area) return text + piece;
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
