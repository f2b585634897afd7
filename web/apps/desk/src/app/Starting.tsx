import { useText } from "@frontdesk/ui/react/language";

import { appMessages } from "./app-messages";

/** Shown while nobody knows yet what to show; its sign comes only after a moment, so that quick starts do not blink. */
export function Starting() {
  const t = useText(appMessages);
  return (
    <div className="starting" role="status" aria-label={t("starting")}>
      <span className="starting-sign" aria-hidden />
    </div>
  );
}
