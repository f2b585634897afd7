import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import type { ButtonProps } from "antd";
import { useEffect, useState } from "react";

import { listMessages } from "./list-messages";
import { useText } from "./language";

const SHOW_COPIED_MS = 2_000;

interface CopyButtonProps extends Pick<ButtonProps, "type" | "size"> {
  /** What goes to the clipboard. */
  text: string;
  /** What the button is called; an icon button when `isIconOnly`. */
  label?: string;
  isIconOnly?: boolean;
}

/** Copies a text and says for two seconds that it did; says so, too, when the browser refuses. */
export function CopyButton({ text, label, isIconOnly = false, ...button }: CopyButtonProps) {
  const t = useText(listMessages);
  const { message } = App.useApp();
  const [isCopied, setCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = window.setTimeout(() => setCopied(false), SHOW_COPIED_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      void message.warning(t("copyFailed"));
    }
  };

  const name = isCopied ? t("copied") : (label ?? t("copy"));
  return (
    <Button
      {...button}
      icon={isCopied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      aria-label={name}
      title={name}
      onClick={() => void copy()}
    >
      {isIconOnly ? null : name}
    </Button>
  );
}
