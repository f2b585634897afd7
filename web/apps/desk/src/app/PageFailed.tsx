import { Notice } from "@frontdesk/ui/react/Notice";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { appMessages } from "./app-messages";

/** A page that broke, or whose script did not arrive. */
export function PageFailed() {
  const t = useText(appMessages);
  const action = (
    <Button type="primary" onClick={() => window.location.reload()}>
      {t("reload")}
    </Button>
  );
  return <Notice isPage role="alert" title={t("pageFailed")} text={t("pageFailedText")} action={action} />;
}
