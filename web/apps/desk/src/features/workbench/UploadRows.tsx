import { CloseOutlined, ExclamationCircleFilled, FileOutlined } from "@ant-design/icons";
import type { Upload } from "@frontdesk/live/uploads";
import { formatSize } from "@frontdesk/ui/i18n/format";
import { problemSentence } from "@frontdesk/ui/i18n/problems";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import { Button } from "antd";
import { useEffect, useState } from "react";

import { useLive, useUploads } from "../../app/live-desk";
import { workbenchMessages } from "./workbench-messages";

/** Files on their way to the visitor, with their progress, below the last line. */
export function UploadRows({ sessionId }: { sessionId: string }) {
  return useUploads(sessionId).map((item) => <UploadRow key={item.id} item={item} />);
}

function UploadRow({ item }: { item: Upload }) {
  const t = useText(workbenchMessages);
  const { language } = useLanguage();
  const { uploads } = useLive();
  const name = revealHidden(item.file.name);
  return (
    <div className="line-message" data-side="agent" data-first="true" data-last="true">
      <div className="bubble upload" aria-label={t("uploading", { name })} role="group">
        <Preview file={item.file} />
        <span className="upload-facts">
          <span className="bubble-file-name">{name}</span>
          <span className="bubble-file-size">{formatSize(item.file.size, language)}</span>
          {item.trouble === undefined && <progress value={item.progress} />}
        </span>
        {item.trouble === undefined && (
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("cancel")}
            title={t("cancel")}
            onClick={() => uploads.discard(item.id)}
          />
        )}
      </div>
      {item.trouble !== undefined && (
        <span className="delivery-failed" role="alert">
          <ExclamationCircleFilled aria-hidden />
          <span>{t("uploadFailed", { name, reason: problemSentence(item.trouble, language) })}</span>
          <Button type="link" size="small" danger onClick={() => uploads.sendAgain(item.id)}>
            {t("sendAgain")}
          </Button>
          <Button type="link" size="small" onClick={() => uploads.discard(item.id)}>
            {t("discard")}
          </Button>
        </span>
      )}
    </div>
  );
}

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file.type.startsWith("image/")) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url === undefined ? (
    <FileOutlined className="bubble-file-icon" aria-hidden />
  ) : (
    <img className="upload-preview" src={url} alt="" />
  );
}
