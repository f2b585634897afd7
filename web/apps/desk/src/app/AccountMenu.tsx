import { MenuButton } from "@frontdesk/ui/react/MenuButton";
import { useText } from "@frontdesk/ui/react/language";
import { activeSessions } from "@frontdesk/live/workbench";
import { App, Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";

import { useAlerts } from "../features/workbench/alerts/AlertsProvider";
import { appMessages } from "./app-messages";
import { useDeskState, useMeCommands } from "./live-desk";
import { useShortcuts } from "./Shortcuts";
import type { Me } from "./sign-in";
import { useCommand } from "./use-command";

/** Seldom opened, and forms are heavy. */
const OwnLimitDialog = lazy(async () => ({ default: (await import("./OwnLimitDialog")).OwnLimitDialog }));

/** The own account: reception limit, alerts, password, shortcuts, signing out. */
export function AccountMenu({ me }: { me: Me }) {
  const t = useText(appMessages);
  const navigate = useNavigate();
  const alerts = useAlerts();
  const shortcuts = useShortcuts();
  const [isLimitOpen, setLimitOpen] = useState(false);
  const signOut = useSignOut();
  const mayServe = me.permissions.includes("workbench");
  const items = [
    ...(mayServe
      ? [
          { key: "limit", label: t("ownLimit"), onChoose: () => setLimitOpen(true) },
          { key: "alerts", label: t("alerts"), onChoose: alerts.show },
        ]
      : []),
    { key: "password", label: t("changePassword"), onChoose: () => void navigate("/change-password") },
    { key: "shortcuts", label: t("shortcuts"), onChoose: shortcuts.show },
    { key: "sign-out", label: t("signOut"), onChoose: signOut },
  ];
  const label = t("account", { name: me.nickname });
  return (
    <>
      <MenuButton
        label={label}
        head={<AccountFacts me={me} />}
        items={items}
        trigger={(trigger) => (
          <Button {...trigger} type="text" shape="circle" aria-label={label} title={me.nickname}>
            <span className="account-mark" aria-hidden>
              {[...me.nickname][0]}
            </span>
          </Button>
        )}
      />
      {isLimitOpen && (
        <Suspense>
          <OwnLimitDialog me={me} onClose={() => setLimitOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function AccountFacts({ me }: { me: Me }) {
  return (
    <div className="account-facts">
      <strong>{me.nickname}</strong>
      <span>
        {me.name} · {me.staff_no}
      </span>
      <span>{me.email}</span>
      <span>{me.tenant.name}</span>
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
