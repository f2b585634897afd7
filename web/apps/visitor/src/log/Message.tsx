import { formatExact } from "@frontdesk/ui/i18n/format";
import type { Attachment, VisitorClient } from "@frontdesk/visitor-sdk";

import { Avatar } from "../Avatar";
import { AlertIcon, ClockIcon, DoubleTickIcon, TickIcon } from "../Icons";
import { lazy } from "../lazy";
import { useTexts } from "../texts";
import { troubleSentence } from "../trouble";
import { save, type AttachmentCache } from "./attachments";
import { Text } from "./Text";
import type { Item, Mark, Said } from "./timeline";

const TypedContent = lazy(() => import("../later").then((later) => later.TypedContent));
const FileCard = lazy(() => import("../later").then((later) => later.FileCard));
const Picture = lazy(() => import("../later").then((later) => later.Picture));

type MessageItem = Extract<Item, { kind: "message" }>;

/** What a message needs of the page. */
export interface MessageContext {
  readonly client: VisitorClient;
  readonly cache: AttachmentCache;
  /** Name and picture of what the desk says by itself. */
  readonly title: string;
  openPicture(attachment: Attachment): void;
}

/** One bubble with its speaker, and how far it has come. */
export function Message({ item, context }: { item: MessageItem; context: MessageContext }) {
  const { t, language } = useTexts();
  const { speaker, said } = item;
  const own = speaker.kind === "visitor";
  const name = speaker.kind === "agent" ? speaker.name || t("agent") : context.title;
  const exact = item.at === null ? undefined : formatExact(item.at, language);
  return (
    <li
      // What one has written oneself, and how far it has come, is not read out again.
      aria-live={own ? "off" : undefined}
      class={`message ${own ? "own" : "other"}${item.opens ? " opens" : ""}${item.mark === "failed" ? " failed" : ""}`}
    >
      {!own && (
        <span class="message-side">{item.closes && <Avatar name={name} isDesk={speaker.kind === "desk"} />}</span>
      )}
      <div class="message-body">
        {!own && item.opens && <div class="message-name">{name}</div>}
        <div class={said.type === "image" ? "bubble bubble-picture" : "bubble"} title={exact}>
          <span class="visually-hidden">{own ? t("you") : name}: </span>
          <Content said={said} isRunning={item.mark === "uploading"} context={context} />
        </div>
        <MarkLine item={item} client={context.client} />
      </div>
    </li>
  );
}

function Content({ said, isRunning, context }: { said: Said; isRunning: boolean; context: MessageContext }) {
  const { t } = useTexts();
  switch (said.type) {
    case "text":
      return <Text text={said.text} />;
    case "image":
      return (
        <Picture attachment={said.attachment} cache={context.cache} open={() => context.openPicture(said.attachment)} />
      );
    case "file": {
      const { id, name } = said.attachment;
      return (
        <FileCard file={said.attachment} download={async () => save(await context.cache.url(id, "whole"), name)} />
      );
    }
    case "typed":
      return <TypedContent typed={said} client={context.client} />;
    case "upload":
      return (
        <>
          <FileCard file={{ name: said.file.name, size: said.file.size, media_type: said.file.type }} download={null} />
          {isRunning && (
            <progress
              class="progress"
              value={said.progress}
              aria-label={t("uploading", { percent: Math.round(said.progress * 100) })}
            />
          )}
        </>
      );
    case "unknown":
      return <span class="text">{t(said.kind === "image" ? "unknown_image" : "unknown_file")}</span>;
  }
}

function MarkLine({ item, client }: { item: MessageItem; client: VisitorClient }) {
  const { t } = useTexts();
  const { mark, pending } = item;
  if (mark === null) return null;
  if (mark !== "failed" || pending === null) {
    return (
      <div class={`mark mark-${mark}`}>
        <MarkIcon mark={mark} />
        {mark === "uploading" ? t("uploading", { percent: Math.round((pending?.progress ?? 0) * 100) }) : t(mark)}
      </div>
    );
  }
  return (
    <div class="mark mark-failed" role="alert">
      <AlertIcon />
      <span>{pending.trouble === null ? t("failed") : troubleSentence(pending.trouble, t)}</span>
      <button type="button" class="link-button" onClick={() => client.retry(pending.key)}>
        {t("send_again")}
      </button>
      <button type="button" class="link-button" onClick={() => client.discard(pending.key)}>
        {t("discard")}
      </button>
    </div>
  );
}

function MarkIcon({ mark }: { mark: Exclude<Mark, null> }) {
  if (mark === "read") return <DoubleTickIcon />;
  return mark === "sent" ? <TickIcon /> : <ClockIcon />;
}
