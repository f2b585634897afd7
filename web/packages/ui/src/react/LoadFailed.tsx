import { Button, Result } from "antd";

import { listMessages } from "./list-messages";
import { useText } from "./language";

/** A part of a page that could not be loaded: why, and "try again". */
export function LoadFailed(props: { reason: string; onRetry: () => void; isRetrying?: boolean }) {
  const t = useText(listMessages);
  return (
    <Result
      status="warning"
      title={t("loadFailedTitle")}
      subTitle={props.reason}
      role="alert"
      extra={
        <Button type="primary" onClick={props.onRetry} loading={props.isRetrying ?? false}>
          {t("tryAgain")}
        </Button>
      }
    />
  );
}
