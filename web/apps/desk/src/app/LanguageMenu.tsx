import { TranslationOutlined } from "@ant-design/icons";
import { LANGUAGE_NAMES, LANGUAGES } from "@frontdesk/ui/i18n/language";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { Button, Dropdown } from "antd";

import { appMessages } from "./app-messages";

/** Switches every word; remembered. */
export function LanguageMenu() {
  const t = useText(appMessages);
  const { language, setLanguage } = useLanguage();
  const items = LANGUAGES.map((choice) => ({
    key: choice,
    label: LANGUAGE_NAMES[choice],
    onClick: () => setLanguage(choice),
  }));
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [language] }} trigger={["click"]} placement="bottomRight">
      <Button type="text" icon={<TranslationOutlined />} aria-label={t("language")} title={t("language")} />
    </Dropdown>
  );
}
