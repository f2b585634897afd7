import { DesktopOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { MenuButton } from "@frontdesk/ui/react/MenuButton";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { appMessages } from "./app-messages";
import { THEME_CHOICES, useTheme } from "./theme";

const ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };

/** Light, dark or as the system; remembered. */
export function ThemeMenu() {
  const t = useText(appMessages);
  const { choice, setChoice } = useTheme();
  return (
    <MenuButton
      label={t("theme")}
      items={THEME_CHOICES.map((each) => ({
        key: each,
        icon: ICONS[each],
        label: t(`theme_${each}`),
        isChecked: each === choice,
        onChoose: () => setChoice(each),
      }))}
      trigger={(trigger) => (
        <Button {...trigger} type="text" icon={ICONS[choice]} aria-label={t("theme")} title={t("theme")} />
      )}
    />
  );
}
