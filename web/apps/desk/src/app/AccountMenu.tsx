import { useText } from "@frontdesk/ui/react/language";
import { activeSessions } from "@frontdesk/live/workbench";
import { App, Avatar, Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { appMessages } from "./app-messages";
import { useDeskState, useMeCommands } from "./live-desk";
import { OwnLimitDialog } from "./OwnLimitDialog";
import { useShortcuts } from "./Shortcuts";
import type { Me } from "./sign-in";
import { useCommand } from "./use-command";

/** The own account: reception limit, password, shortcuts, signing out. */
export function AccountMenu({ me }: { me: Me }) {
  const t = useText(appMessages);
  const navigate = useNavigate();
  const shortcuts = useShortcuts();
  const [isLimitOpen, setLimitOpen] = useState(false);
  const signOut = useSignOut();
  const mayServe = me.permissions.includes("workbench");
  const items = [
    ...(mayServe ? [{ key: "limit", label: t("ownLimit"), onClick: () => setLimitOpen(true) }] : []),
    { key: "password", label: t("changePassword"), onClick: () => void navigate("/change-password") },
    { key: "shortcuts", label: t("shortcuts"), onClick: shortcuts.show },
    { key: "divider", type: "divider" as const },
    { key: "sign-out", label: t("signOut"), onClick: signOut },
  ];
  return (
    <>
      <Dropdown
        menu={{ items }}
        trigger={["click"]}
        placement="bottomRight"
        popupRender={(menu) => <AccountCard me={me} menu={menu} />}
      >
        <Button type="text" shape="circle" aria-label={t("account", { name: me.nickname })} title={me.nickname}>
          <Avatar size="small">{[...me.nickname][0]}</Avatar>
        </Button>
      </Dropdown>
      <OwnLimitDialog me={me} isOpen={isLimitOpen} onClose={() => setLimitOpen(false)} />
    </>
  );
}

function AccountCard({ me, menu }: { me: Me; menu: React.ReactNode }) {
  return (
    <div className="account-card">
      <div className="account-facts">
        <strong>{me.nickname}</strong>
        <span>
          {me.name} · {me.staff_no}
        </span>
        <span>{me.email}</span>
        <span>{me.tenant.name}</span>
      </div>
      {menu}
    </div>
  );
}

/** Signs out; asks first when something would be left undone. */
function useSignOut(): () => void {
  const t = useText(appMessages);
  const { modal } = App.useApp();
  const { outbox, workbench } = useDeskState();
  const commands = useMeCommands();
  const { run } = useCommand(commands.signOut);
  return () => {
    const unsent = outbox.filter((item) => item.seq === undefined).length;
    const open = activeSessions(workbench).length;
    if (unsent === 0 && open === 0) {
      run();
      return;
    }
    const losses = [
      ...(unsent > 0 ? [t("signOutUnsent", { count: unsent })] : []),
      ...(open > 0 ? [t("signOutOpen", { count: open })] : []),
    ];
    modal.confirm({
      title: t("signOutTitle"),
      content: losses.map((loss) => <p key={loss}>{loss}</p>),
      okText: t("signOut"),
      okButtonProps: { danger: true },
      cancelText: t("cancel"),
      onOk: () => run(),
    });
  };
}
