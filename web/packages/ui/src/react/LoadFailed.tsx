import { Button } from "antd";

import { listMessages } from "./list-messages";
import { useText } from "./language";
import { Notice } from "./Notice";

/** A part of a page that could not be loaded: why, and "try again". */
export function LoadFailed(props: { reason: string; onRetry: () => void; isRetrying?: boolean }) {
  const t = useText(listMessages);
  const action = (
    <Button type="primary" onClick={props.onRetry} loading={props.isRetrying ?? false}>
      {t("tryAgain")}
    </Button>
  );
  return <Notice role="alert" title={t("loadFailedTitle")} text={props.reason} action={action} />;
}
