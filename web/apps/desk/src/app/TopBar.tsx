import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { NavLink } from "react-router";

import { AccountMenu } from "./AccountMenu";
import { appMessages } from "./app-messages";
import { LanguageMenu } from "./LanguageMenu";
import { useDeskState, useMeCommands } from "./live-desk";
import { Logo } from "./Logo";
import { StatusMenu } from "./StatusMenu";
import { ThemeMenu } from "./ThemeMenu";
import { TodayFigures } from "./TodayFigures";
import { useCommand } from "./use-command";

/** Permissions that open a page of the console. */
const CONSOLE = [
  "manage_agents",
  "manage_skill_groups",
  "manage_channels",
  "read_flows",
  "manage_flows",
  "manage_bots",
  "manage_secrets",
  "manage_ratings",
  "manage_reception",
  "read_mail_outbox",
];

/** The bar above every page (WORK-01): where one can go, the own state, language, appearance, account. */
export function TopBar() {
  const t = useText(appMessages);
  const { me } = useDeskState().workbench;
  const commands = useMeCommands();
  const goReady = useCommand(() => commands.setStatus("free"));
  if (me === undefined) return null;
  const mayConsole = me.permissions.some((permission) => CONSOLE.includes(permission));
  const mayServe = me.permissions.includes("workbench");
  return (
    <header className="top-bar">
      <Logo />
      <nav className="top-bar-nav" aria-label={t("navigation")}>
        {mayServe && (
          <NavLink to="/" end>
            {t("workbench")}
          </NavLink>
        )}
        {mayServe && <NavLink to="/records">{t("records")}</NavLink>}
        {mayConsole && <NavLink to="/console">{t("console")}</NavLink>}
      </nav>
      <div className="top-bar-state">
        {mayServe && (
          <>
            <span className="top-bar-load" title={t("load", { load: me.load, limit: me.limit })}>
              <span className="visually-hidden">{t("load", { load: me.load, limit: me.limit })}</span>
              <span aria-hidden>
                {me.load}/{me.limit}
              </span>
            </span>
            <TodayFigures today={me.today} />
            {me.status !== "free" && (
              <Button type="primary" loading={goReady.isRunning} onClick={goReady.run}>
                {t("goReady")}
              </Button>
            )}
            <StatusMenu me={me} />
          </>
        )}
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu me={me} />
      </div>
    </header>
  );
}
