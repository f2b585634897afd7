import { CheckCircleFilled, LinkOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

import { revealHidden } from "../../text/hidden";
import { LINK_ATTRIBUTES } from "../../text/linkify";
import { useText } from "../language";
import { conversationMessages } from "./conversation-messages";
import type { Content } from "./lines";

type Card = Extract<Content, { type: "card" }>;
type LinkedImage = Extract<Content, { type: "linked_image" }>;
type Asking = Extract<Content, { type: "menu" | "form" | "rating" }>;

/** A link that opens elsewhere; nothing of the other website is loaded here (T106). */
function Away({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} {...LINK_ATTRIBUTES}>
      <LinkOutlined aria-hidden /> {children}
    </a>
  );
}

/** A picture that lies elsewhere (FLOW-05). */
export function LinkedImageContent({ image }: { image: LinkedImage }) {
  const t = useText(conversationMessages);
  return <Away href={image.url}>{revealHidden(image.alt) || t("linkedImage")}</Away>;
}

/** A card (MSG-22). */
export function CardContent({ card }: { card: Card }) {
  const t = useText(conversationMessages);
  const header = revealHidden(card.header);
  return (
    <div className="bubble-card">
      <strong>{card.url === "" ? header : <Away href={card.url}>{header}</Away>}</strong>
      {card.desc !== "" && <div className="bubble-text">{revealHidden(card.desc)}</div>}
      {card.fields?.map((field, index) => (
        <div key={index}>
          {revealHidden(field.name)}: {revealHidden(field.value)}
        </div>
      ))}
      {card.pic !== "" && <Away href={card.pic}>{t("linkedImage")}</Away>}
    </div>
  );
}

/** What was asked, and what the visitor chose (MSG-09, MSG-15, MSG-21). */
export function Question({ content, chosen }: { content: Asking; chosen: string | undefined }) {
  const t = useText(conversationMessages);
  const head = content.type === "rating" ? content.head : content.header;
  return (
    <div className="bubble-question">
      {content.type === "rating" && <span className="bubble-origin">{t("ratingAsked")}</span>}
      <div className="bubble-text">{revealHidden(head)}</div>
      <Options content={content} chosen={chosen} />
      {content.type === "menu" && content.tail !== undefined && content.tail !== "" && (
        <div className="bubble-text">{revealHidden(content.tail)}</div>
      )}
    </div>
  );
}

function Options({ content, chosen }: { content: Asking; chosen: string | undefined }) {
  const t = useText(conversationMessages);
  if (content.type === "form" && content.input.type === "text") {
    return <em>{chosen === undefined ? t("waitsForText") : t("filledIn", { text: revealHidden(chosen) })}</em>;
  }
  return (
    <ul className="bubble-options">
      {optionsOf(content).map(({ id, content: option, remark }) => (
        <li key={id} data-chosen={option === chosen}>
          {option === chosen && <CheckCircleFilled role="img" aria-label={t("chosen")} />} {revealHidden(option)}
          {remark !== undefined && <span className="bubble-remark"> {remark(t)}</span>}
        </li>
      ))}
    </ul>
  );
}

type T = ReturnType<typeof useText<(typeof conversationMessages)["zh-CN"]>>;

interface Option {
  id: string;
  content: string;
  remark?: (t: T) => string;
}

function optionsOf(content: Asking): Option[] {
  if (content.type === "rating") {
    return content.levels.map(({ id, content: option, value }) => ({
      id,
      content: option,
      remark: (t) => t("value", { value }),
    }));
  }
  const items = content.type === "menu" ? content.items : content.input.type === "options" ? content.input.items : [];
  return items.map(({ id, content: option, desc }) => ({
    id,
    content: option,
    ...(desc ? { remark: () => revealHidden(desc) } : {}),
  }));
}
