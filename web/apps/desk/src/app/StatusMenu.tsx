import { DownOutlined } from "@ant-design/icons";
import { MenuButton } from "@frontdesk/ui/react/MenuButton";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { appMessages } from "./app-messages";
import { useMeCommands } from "./live-desk";
import type { Me } from "./sign-in";
import { useCommand } from "./use-command";

const CHOICES = [
  { status: "free", help: "freeHelp" },
  { status: "not_ready", help: "notReadyHelp" },
  { status: "offline", help: "offlineHelp" },
] as const;

/** The own state, and the way to change it (ROUTE-03); busy comes by itself at the limit (ROUTE-04). */
export function StatusMenu({ me }: { me: Me }) {
  const t = useText(appMessages);
  const commands = useMeCommands();
  const change = useCommand(commands.setStatus);
  const shown = me.status === "free" && me.shown_status === "busy" ? "busy" : me.status;
  const label = t("status", { status: t(shown) });
  return (
    <MenuButton
      label={label}
      items={CHOICES.map(({ status, help }) => ({
        key: status,
        icon: <span className="status-dot" data-status={status} aria-hidden />,
        label: (
          <span className="status-choice">
            {t(status)}
            <small>{t(help)}</small>
          </span>
        ),
        isChecked: status === me.status,
        onChoose: () => change.run(status),
      }))}
      trigger={(trigger) => (
        <Button {...trigger} loading={change.isRunning} aria-label={label}>
          <span className="status-dot" data-status={shown} aria-hidden />
          <span className="status-word">{t(shown)}</span>
          <DownOutlined aria-hidden />
        </Button>
      )}
    />
  );
}
