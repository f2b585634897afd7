import { useText } from "@frontdesk/ui/react/language";
import { Button, Result } from "antd";

import { appMessages } from "./app-messages";

/** A page that broke, or whose script did not arrive. */
export function PageFailed() {
  const t = useText(appMessages);
  return (
    <Result
      status="warning"
      title={t("pageFailed")}
      subTitle={t("pageFailedText")}
      role="alert"
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("reload")}
        </Button>
      }
    />
  );
}
