import { formatNumber } from "@frontdesk/ui/i18n/format";
import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import { EmojiIcon, FileIcon, ImageIcon, SendIcon } from "../Icons";
import { lazy } from "../lazy";
import { useTexts } from "../texts";
import { isSendKey, TEXT_MAX_CHARS } from "./keys";
import { useDraft } from "./use-draft";
import { useGrowing } from "./use-growing";

const EmojiPicker = lazy(() => import("../later").then((later) => later.EmojiPicker));

/** Where one writes. `send` takes files, too: from the picker, the clipboard and dropped ones. */
export function Composer({
  client,
  state,
  sendFiles,
}: {
  client: VisitorClient;
  state: ClientState;
  sendFiles: (files: Iterable<File>) => void;
}) {
  const { t, language } = useTexts();
  const [text, setText] = useDraft(client, state.phase === "ready");
  const [isPicking, setPicking] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  useGrowing(input, text);
  const surplus = [...text].length - TEXT_MAX_CHARS;
  const canSend = text.trim() !== "" && surplus <= 0;
  const send = () => {
    if (!canSend) return;
    client.sendText(text.trimEnd());
    setText("");
    input.current?.focus();
  };
  const insert = (emoji: string) => {
    const field = input.current;
    if (field === null) return;
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
    setText(field.value);
    setPicking(false);
    field.focus();
  };
  const pasted = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    sendFiles(files);
  };
  const isOver = state.conversation.session?.stage === "ended";
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="tools">
        <div class="tool">
          <button
            type="button"
            class="icon-button"
            aria-label={t("emoji")}
            aria-expanded={isPicking}
            onClick={() => setPicking(!isPicking)}
          >
            <EmojiIcon />
          </button>
          {isPicking && (
            <EmojiPicker
              pick={insert}
              close={() => {
                setPicking(false);
                input.current?.focus();
              }}
            />
          )}
        </div>
        <FilePick
          label={t("image")}
          accept="image/png,image/jpeg,image/gif,image/webp"
          send={sendFiles}
          icon={<ImageIcon />}
        />
        <FilePick label={t("file")} send={sendFiles} icon={<FileIcon />} />
        {surplus > 0 && (
          <span class="too-long" role="alert">
            {t("too_long", { max: formatNumber(TEXT_MAX_CHARS, language), n: formatNumber(surplus, language) })}
          </span>
        )}
      </div>
      <div class="writing">
        <textarea
          ref={input}
          class="input"
          rows={1}
          value={text}
          aria-label={t("message")}
          placeholder={isOver ? t("message_hint_ended") : t("message_hint")}
          enterkeyhint="send"
          onInput={(event) => {
            setText(event.currentTarget.value);
            client.typing();
          }}
          onKeyDown={(event) => {
            if (!isSendKey(event)) return;
            event.preventDefault();
            send();
          }}
          onPaste={pasted}
        />
        <button type="submit" class="send" disabled={!canSend} aria-label={t("send")}>
          <SendIcon />
          <span class="send-text">{t("send")}</span>
        </button>
      </div>
      {!state.is_persistent && <p class="hint">{t("not_persistent")}</p>}
    </form>
  );
}

function FilePick({
  label,
  accept,
  send,
  icon,
}: {
  label: string;
  accept?: string;
  send: (files: Iterable<File>) => void;
  icon: ComponentChildren;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="icon-button" aria-label={label} onClick={() => input.current?.click()}>
        {icon}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={label}
        {...(accept === undefined ? {} : { accept })}
        onChange={(event) => {
          send([...(event.currentTarget.files ?? [])]);
          // So that the same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
