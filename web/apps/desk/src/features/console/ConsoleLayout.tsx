import {
  BranchesOutlined,
  CommentOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  KeyOutlined,
  MailOutlined,
  RobotOutlined,
  StarOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { App, Grid, Menu } from "antd";
import type { MenuProps } from "antd";
import { NavLink, Outlet, useLocation, useMatch } from "react-router";

import { consoleMessages } from "./console-messages";
import "./console.css";

/** Frame of the console: navigation by task beside the page, above it on narrow screens. */
export function ConsoleLayout() {
  const t = useText(consoleMessages);
  const { lg } = Grid.useBreakpoint();
  const isWide = lg !== false;
  // Designing needs the whole screen.
  const isWhole = useMatch("/console/flows/:id") !== null;
  const here = useLocation().pathname.split("/")[2] ?? "";
  const link = (to: string, text: string) => (
    <NavLink to={`/console${to}`} end={to === ""}>
      {text}
    </NavLink>
  );

  const overview = { key: "", icon: <DashboardOutlined aria-hidden />, label: link("", t("overview")) };
  const people = [
    { key: "agents", icon: <UserOutlined aria-hidden />, label: link("/agents", t("agents")) },
    { key: "skill-groups", icon: <TeamOutlined aria-hidden />, label: link("/skill-groups", t("skillGroups")) },
  ];
  const service = [
    { key: "flows", icon: <BranchesOutlined aria-hidden />, label: link("/flows", t("flows")) },
    { key: "bots", icon: <RobotOutlined aria-hidden />, label: link("/bots", t("bots")) },
    { key: "flow-secrets", icon: <KeyOutlined aria-hidden />, label: link("/flow-secrets", t("flowSecrets")) },
    { key: "reception", icon: <CustomerServiceOutlined aria-hidden />, label: link("/reception", t("reception")) },
    { key: "rating-configs", icon: <StarOutlined aria-hidden />, label: link("/rating-configs", t("ratingConfigs")) },
    { key: "channels", icon: <CommentOutlined aria-hidden />, label: link("/channels", t("channels")) },
  ];
  const system = [
    { key: "mail-outbox", icon: <MailOutlined aria-hidden />, label: link("/mail-outbox", t("mailOutbox")) },
  ];

  const grouped: MenuProps["items"] = [
    overview,
    { key: "people", type: "group", label: t("people"), children: people },
    { key: "service", type: "group", label: t("onlineService"), children: service },
    { key: "system", type: "group", label: t("system"), children: system },
  ];
  const flat: MenuProps["items"] = [overview, ...people, ...service, ...system];

  return (
    <div className="console" data-wide={isWide}>
      {!isWhole && (
        <nav className="console-navigation" aria-label={t("navigation")}>
          <Menu mode={isWide ? "inline" : "horizontal"} selectedKeys={[here]} items={isWide ? grouped : flat} />
        </nav>
      )}
      <main className={isWhole ? "console-whole" : "console-page"}>
        {/* Dialogs that pages open hold links, so they must stand below the router. */}
        <App component={false}>
          <Outlet />
        </App>
      </main>
    </div>
  );
}
