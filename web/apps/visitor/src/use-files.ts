import { formatSize } from "@frontdesk/ui/i18n/format";
import { revealHidden } from "@frontdesk/ui/text/hidden";
import type { VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useState } from "preact/hooks";

import { useTexts } from "./texts";

/** Sends files that are not too large, and takes those that are dropped anywhere on the page. */
export function useFiles(client: VisitorClient, max_bytes: number) {
  const { t, language } = useTexts();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);

  const sendFiles = (files: Iterable<File>) => {
    for (const file of files) {
      if (file.size <= max_bytes) client.sendFile(file);
      else setRefusal(t("too_large", { name: revealHidden(file.name), max: formatSize(max_bytes, language) }));
    }
  };

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      // Without this the browser would leave the page and open the file.
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const dropped = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(false);
      sendFiles(event.dataTransfer.files);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", left);
    document.addEventListener("drop", dropped);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", left);
      document.removeEventListener("drop", dropped);
    };
  });

  return { sendFiles, isOver, refusal, dismiss: () => setRefusal(null) };
}
