import { formatSize } from "@frontdesk/ui/i18n/format";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import { useState } from "preact/hooks";

import { DownloadIcon, FileIcon } from "../Icons";
import { useTexts } from "../texts";

/** What is known of a file. */
export interface FileFacts {
  readonly name: string;
  readonly size: number;
  readonly media_type: string;
}

/** A file with name, type and size; a click saves it. */
export function FileCard({ file, download }: { file: FileFacts; download: (() => Promise<void>) | null }) {
  const { t, language } = useTexts();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const name = revealHidden(file.name);
  const size = formatSize(file.size, language);
  const start = () => {
    if (download === null || state === "busy") return;
    setState("busy");
    download().then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  return (
    <button
      type="button"
      class="file"
      onClick={start}
      disabled={download === null}
      aria-busy={state === "busy"}
      aria-label={t("download_file", { name, size })}
    >
      <span class="file-icon">
        <FileIcon />
      </span>
      <span class="file-text">
        <span class="file-name">{name}</span>
        <span class="file-facts">{state === "failed" ? t("file_unavailable") : `${typeOf(file)} · ${size}`}</span>
      </span>
      {download !== null && <DownloadIcon />}
    </button>
  );
}

/** `PDF` for `report.pdf`; else the kind of its media type. */
function typeOf({ name, media_type }: FileFacts): string {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1];
  return (extension ?? media_type.split("/").at(-1) ?? "").toUpperCase();
}
