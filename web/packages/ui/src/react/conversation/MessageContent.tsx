import { FileOutlined, PictureOutlined } from "@ant-design/icons";
import { memo, useState } from "react";

import { formatSize } from "../../i18n/format";
import { revealHidden } from "../../text/hidden";
import { LINK_ATTRIBUTES, linkify } from "../../text/linkify";
import { useLanguage, useText } from "../language";
import { conversationMessages } from "./conversation-messages";
import type { Content } from "./lines";
import { CardContent, LinkedImageContent, Question } from "./TypedContent";

/** A stored file. */
export type Attachment = Extract<Content, { type: "image" }>["attachment"];

/** Largest picture in a bubble, in CSS pixels. */
const PICTURE = { width: 260, height: 240 };

interface MessageContentProps {
  content: Content;
  /** What the visitor chose or filled in. */
  chosen: string | undefined;
  onOpenImage: (attachment: Attachment) => void;
}

/** What a message says: text with safe links, a picture, a file to download, a card, or a question with its answer. */
export const MessageContent = memo(function MessageContent({ content, chosen, onOpenImage }: MessageContentProps) {
  switch (content.type) {
    case "text":
      return <MessageText text={content.text} />;
    case "image":
      return <Picture attachment={content.attachment} onOpen={onOpenImage} />;
    case "file":
      return <FileCard attachment={content.attachment} />;
    case "linked_image":
      return <LinkedImageContent image={content} />;
    case "card":
      return <CardContent card={content} />;
    case "menu":
    case "form":
    case "rating":
      return <Question content={content} chosen={chosen} />;
  }
});

/** The text as text nodes and links, never as markup (T101, T115). */
function MessageText({ text }: { text: string }) {
  return (
    <div className="bubble-text">
      {linkify(text).map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a key={index} href={part.href} {...LINK_ATTRIBUTES}>
            {part.text}
          </a>
        ),
      )}
    </div>
  );
}

/** Where an attachment's bytes are. */
export function attachmentUrl(attachment: Attachment): string {
  return `/api/v1/attachments/${encodeURIComponent(attachment.id)}`;
}

function Picture({ attachment, onOpen }: { attachment: Attachment; onOpen: (attachment: Attachment) => void }) {
  const t = useText(conversationMessages);
  const [isGone, setGone] = useState(false);
  const name = revealHidden(attachment.name);
  if (isGone) {
    return (
      <div className="bubble-picture-gone">
        <PictureOutlined aria-hidden /> {t("imageGone")}
      </div>
    );
  }
  return (
    <button
      type="button"
      className="bubble-picture"
      aria-label={t("openImage", { name })}
      onClick={() => onOpen(attachment)}
    >
      {/* The size is known before the picture is here, so nothing jumps. */}
      <img
        src={`${attachmentUrl(attachment)}/thumbnail`}
        alt={name}
        {...fitted(attachment)}
        loading="lazy"
        onError={() => setGone(true)}
      />
    </button>
  );
}

/** The picture's size in a bubble; nothing when its own is not known. */
function fitted({ width, height }: Attachment): { width?: number; height?: number } {
  if (!width || !height) return {};
  const scale = Math.min(1, PICTURE.width / width, PICTURE.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function FileCard({ attachment }: { attachment: Attachment }) {
  const t = useText(conversationMessages);
  const { language } = useLanguage();
  const name = revealHidden(attachment.name);
  const size = formatSize(attachment.size, language);
  return (
    <a
      className="bubble-file"
      href={attachmentUrl(attachment)}
      download={attachment.name}
      aria-label={t("download", { name, size })}
    >
      <FileOutlined className="bubble-file-icon" aria-hidden />
      <span className="bubble-file-facts">
        <span className="bubble-file-name">{name}</span>
        <span className="bubble-file-size">
          {size} · {typeName(attachment)}
        </span>
      </span>
    </a>
  );
}

/** The type as people know it: the name's ending, else the last part of the media type. */
function typeName({ name, media_type }: Attachment): string {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1];
  return (ending ?? media_type.split("/").at(-1) ?? media_type).toUpperCase();
}
