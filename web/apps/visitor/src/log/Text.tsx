import { LINK_ATTRIBUTES, linkify } from "@frontdesk/ui/text/linkify";
import { useMemo } from "preact/hooks";

/** A message's text with its links; everything else stays text (T101, T115). */
export function Text({ text }: { text: string }) {
  const parts = useMemo(() => linkify(text), [text]);
  return (
    <span class="text">
      {parts.map((part, at) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a key={at} href={part.href} {...LINK_ATTRIBUTES}>
            {part.text}
          </a>
        ),
      )}
    </span>
  );
}
