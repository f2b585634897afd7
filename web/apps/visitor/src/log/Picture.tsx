import { revealHidden } from "@frontdesk/ui/text/hidden";
import type { Attachment } from "@frontdesk/visitor-sdk";
import { useEffect, useRef, useState } from "preact/hooks";

import { useTexts } from "../texts";
import type { AttachmentCache } from "./attachments";

/** Longest side of a picture in the conversation, in CSS pixels. */
const LONGEST_SIDE = 240;

/** A picture's thumbnail; opens the viewer. Takes its room before it is loaded, so that nothing jumps. */
export function Picture({
  attachment,
  cache,
  open,
}: {
  attachment: Attachment;
  cache: AttachmentCache;
  open: () => void;
}) {
  const { t } = useTexts();
  const { url, hasFailed, load } = useUrl(cache, attachment.id);
  const frame = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const [width, height] = fitted(attachment);
    frame.current?.style.setProperty("--picture-width", `${width}px`);
    frame.current?.style.setProperty("--picture-ratio", `${width} / ${height}`);
  }, [attachment]);
  const name = revealHidden(attachment.name);
  return (
    <button
      ref={frame}
      type="button"
      class="picture"
      onClick={hasFailed ? load : open}
      aria-label={t("open_image", { name })}
    >
      {url !== null && <img src={url} alt={name} />}
      {hasFailed && <span class="picture-failed">{t("image_unavailable")}</span>}
    </button>
  );
}

function useUrl(cache: AttachmentCache, id: string) {
  const [url, setUrl] = useState<string | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    cache.url(id, "thumbnail").then(setUrl, () => setFailed(true));
  };
  useEffect(load, [cache, id]);
  return { url, hasFailed, load };
}

function fitted({ width, height }: Attachment): [number, number] {
  const [across, down] = [width ?? LONGEST_SIDE, height ?? LONGEST_SIDE];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(across, down, 1));
  return [Math.max(1, Math.round(across * scale)), Math.max(1, Math.round(down * scale))];
}
