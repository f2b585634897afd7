import { revealHidden } from "@frontdesk/ui/text/hidden";
import type { Attachment } from "@frontdesk/visitor-sdk";
import { useEffect, useState } from "preact/hooks";

import { CloseIcon, DownloadIcon } from "../Icons";
import { Modal } from "../Modal";
import { useTexts } from "../texts";
import { save, type AttachmentCache } from "./attachments";

/** A picture in full size over the page; Esc closes it. */
export function ImageViewer({
  attachment,
  cache,
  close,
}: {
  attachment: Attachment;
  cache: AttachmentCache;
  close: () => void;
}) {
  const { t } = useTexts();
  const [url, setUrl] = useState<string | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [isActualSize, setActualSize] = useState(false);
  const load = () => {
    setFailed(false);
    cache.url(attachment.id, "whole").then(setUrl, () => setFailed(true));
  };
  useEffect(load, [cache, attachment.id]);
  const name = revealHidden(attachment.name);
  return (
    <Modal class="viewer" label={t("open_image", { name })} close={close}>
      <div class="viewer-bar">
        <span class="viewer-name">{name}</span>
        <button
          type="button"
          class="icon-button"
          disabled={url === null}
          onClick={() => url !== null && save(url, attachment.name)}
          aria-label={t("download")}
        >
          <DownloadIcon />
        </button>
        <button type="button" class="icon-button" onClick={close} aria-label={t("close")}>
          <CloseIcon />
        </button>
      </div>
      <div
        class={isActualSize ? "viewer-stage actual-size" : "viewer-stage"}
        onClick={(event) => event.target === event.currentTarget && close()}
      >
        {url !== null && <img src={url} alt={name} onClick={() => setActualSize(!isActualSize)} />}
        {url === null && !hasFailed && <span>{t("loading")}</span>}
        {hasFailed && (
          <button type="button" class="link-button" onClick={load}>
            {t("image_unavailable")}
          </button>
        )}
      </div>
    </Modal>
  );
}
