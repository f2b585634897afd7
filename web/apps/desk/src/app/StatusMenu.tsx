import { DownOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Dropdown } from "antd";

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
  const items = CHOICES.map(({ status, help }) => ({
    key: status,
    label: (
      <span className="status-choice">
        <span className="status-dot" data-status={status} aria-hidden />
        <span>
          {t(status)}
          <small>{t(help)}</small>
        </span>
      </span>
    ),
    onClick: () => change.run(status),
  }));
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [me.status] }} trigger={["click"]} placement="bottomRight">
      <Button loading={change.isRunning} aria-label={t("status", { status: t(shown) })}>
        <span className="status-dot" data-status={shown} aria-hidden />
        <span className="status-word">{t(shown)}</span>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
