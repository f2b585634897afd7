import { WarningFilled } from "@ant-design/icons";
import { Button, Flex } from "antd";

import { listMessages } from "./list-messages";
import { useText } from "./language";

/** A part of a page that could not be loaded: why, and "try again". */
export function LoadFailed(props: { reason: string; onRetry: () => void; isRetrying?: boolean }) {
  const t = useText(listMessages);
  // Put together by hand: the library's own page of this kind brings drawings that every page would have to load.
  return (
    <Flex vertical align="center" gap="small" role="alert" style={{ padding: "var(--space-12) var(--space-4)" }}>
      <WarningFilled aria-hidden style={{ color: "var(--warning-text)", fontSize: "var(--space-10)" }} />
      <strong style={{ fontSize: "var(--font-size-l)" }}>{t("loadFailedTitle")}</strong>
      <span style={{ color: "var(--text-soft)", textAlign: "center" }}>{props.reason}</span>
      <Button type="primary" onClick={props.onRetry} loading={props.isRetrying ?? false}>
        {t("tryAgain")}
      </Button>
    </Flex>
  );
}
