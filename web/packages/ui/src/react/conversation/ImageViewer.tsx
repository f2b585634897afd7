import { CloseOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef } from "react";

import { revealHidden } from "../../text/hidden";
import { useText } from "../language";
import { conversationMessages } from "./conversation-messages";
import { attachmentUrl, type Attachment } from "./MessageContent";

/** A picture over the whole page; Esc, the button or a click beside it closes it. */
export function ImageViewer({ attachment, onClose }: { attachment: Attachment | undefined; onClose: () => void }) {
  const t = useText(conversationMessages);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (attachment !== undefined) dialog.current?.showModal();
    else dialog.current?.close();
  }, [attachment]);
  const name = attachment === undefined ? "" : revealHidden(attachment.name);
  return (
    <dialog ref={dialog} className="viewer" aria-label={name || t("image")} onClose={onClose} onClick={onClose}>
      {attachment !== undefined && (
        <>
          <div className="viewer-bar" onClick={(event) => event.stopPropagation()}>
            <span className="viewer-name">{name}</span>
            <Button
              type="text"
              icon={<DownloadOutlined />}
              href={attachmentUrl(attachment)}
              download={attachment.name}
              aria-label={t("saveImage")}
              title={t("saveImage")}
            />
            <Button type="text" icon={<CloseOutlined />} aria-label={t("close")} title={t("close")} onClick={onClose} />
          </div>
          <img src={attachmentUrl(attachment)} alt={name} onClick={(event) => event.stopPropagation()} />
        </>
      )}
    </dialog>
  );
}
