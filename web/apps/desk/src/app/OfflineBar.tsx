import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { appMessages } from "./app-messages";
import { useDeskState, useMeCommands } from "./live-desk";
import { useCommand } from "./use-command";

/** A thin bar while one has gone offline oneself: no sessions come, and the way back (WORK-26). */
export function OfflineBar() {
  const t = useText(appMessages);
  const { me } = useDeskState().workbench;
  const commands = useMeCommands();
  const goOnline = useCommand(() => commands.setStatus("free"));
  if (me === undefined || me.status !== "offline" || !me.permissions.includes("workbench")) return null;
  return (
    <div className="connection-bar" role="status">
      <span>{t("youAreOffline")}</span>
      <Button size="small" loading={goOnline.isRunning} onClick={goOnline.run}>
        {t("goOnline")}
      </Button>
    </div>
  );
}
