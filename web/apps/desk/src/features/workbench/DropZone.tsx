import { useText } from "@frontdesk/ui/react/language";
import { useState } from "react";
import type { DragEvent, ReactNode } from "react";

import { workbenchMessages } from "./workbench-messages";

interface DropZoneProps {
  /** Whether files may be dropped now. */
  isOpen: boolean;
  onFiles: (files: File[]) => void;
  children: ReactNode;
}

/** Takes files that are dragged onto it (WORK-08). A file dropped beside a field would replace the whole page. */
export function DropZone({ isOpen, onFiles, children }: DropZoneProps) {
  const t = useText(workbenchMessages);
  const [isOver, setOver] = useState(false);
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isOpen ? "copy" : "none";
    setOver(isOpen);
  };
  const onDragLeave = (event: DragEvent) => {
    const isInside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!isInside) setOver(false);
  };
  const onDrop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(false);
    if (isOpen) onFiles([...event.dataTransfer.files]);
  };
  return (
    <section className="conversation-pane" onDragOver={onDragOver} onDragLeave={onDragLeave} onDrop={onDrop}>
      {children}
      {isOver && <div className="drop-hint">{t("dropFiles")}</div>}
    </section>
  );
}
