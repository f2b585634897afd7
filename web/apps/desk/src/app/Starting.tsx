import { useText } from "@frontdesk/ui/react/language";
import { Spin } from "antd";

import { appMessages } from "./app-messages";

/** Shown while nobody knows yet what to show; only after a moment, so that quick starts do not blink. */
export function Starting() {
  const t = useText(appMessages);
  return (
    <div className="starting" role="status" aria-label={t("starting")}>
      <Spin delay={300} size="large" />
    </div>
  );
}
