import { DesktopOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Dropdown } from "antd";

import { appMessages } from "./app-messages";
import { THEME_CHOICES, useTheme } from "./theme";

const ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };

/** Light, dark or as the system; remembered. */
export function ThemeMenu() {
  const t = useText(appMessages);
  const { choice, setChoice } = useTheme();
  const items = THEME_CHOICES.map((each) => ({
    key: each,
    icon: ICONS[each],
    label: t(`theme_${each}`),
    onClick: () => setChoice(each),
  }));
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [choice] }} trigger={["click"]} placement="bottomRight">
      <Button type="text" icon={ICONS[choice]} aria-label={t("theme")} title={t("theme")} />
    </Dropdown>
  );
}
