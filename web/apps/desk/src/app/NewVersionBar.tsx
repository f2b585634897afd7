import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useSyncExternalStore } from "react";

import { appMessages } from "./app-messages";
import { isPageStale, onPageStale } from "./new-version";

/** A part of this page did not come because a newer release has taken its place. Reloading is left to people: they may be writing. */
export function NewVersionBar() {
  const t = useText(appMessages);
  const isStale = useSyncExternalStore(onPageStale, isPageStale);
  if (!isStale) return null;
  return (
    <div className="connection-bar" role="alert">
      <span>{t("newVersion")}</span>
      <Button size="small" onClick={() => window.location.reload()}>
        {t("reload")}
      </Button>
    </div>
  );
}
