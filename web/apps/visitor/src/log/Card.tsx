import type { ComponentChildren } from "preact";

import type { Typed } from "./timeline";
import { useTypedWords } from "./typed-words";

type Content = Typed["content"];

/** A link that opens elsewhere; nothing of the other website is loaded into the chat. */
function Away({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A card (MSG-22). */
export function Card({ card }: { card: Extract<Content, { type: "card" }> }) {
  const t = useTypedWords();
  return (
    <div class="card text">
      <strong>{card.url === "" ? card.header : <Away href={card.url}>{card.header}</Away>}</strong>
      {card.desc !== "" && <span>{card.desc}</span>}
      {card.fields?.map((field, at) => (
        <span key={at}>
          {field.name}: {field.value}
        </span>
      ))}
      {card.pic !== "" && <Away href={card.pic}>{t("see_picture")}</Away>}
    </div>
  );
}

/** A picture that lies elsewhere (FLOW-05). */
export function LinkedImage({ image }: { image: Extract<Content, { type: "linked_image" }> }) {
  const t = useTypedWords();
  return (
    <span class="text">
      <Away href={image.url}>{image.alt || t("see_picture")}</Away>
    </span>
  );
}
