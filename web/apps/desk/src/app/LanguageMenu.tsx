import { TranslationOutlined } from "@ant-design/icons";
import { LANGUAGE_NAMES, LANGUAGES } from "@frontdesk/ui/i18n/language";
import { MenuButton } from "@frontdesk/ui/react/MenuButton";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { appMessages } from "./app-messages";

/** Switches every word; remembered. */
export function LanguageMenu() {
  const t = useText(appMessages);
  const { language, setLanguage } = useLanguage();
  return (
    <MenuButton
      label={t("language")}
      items={LANGUAGES.map((choice) => ({
        key: choice,
        label: <span lang={choice}>{LANGUAGE_NAMES[choice]}</span>,
        isChecked: choice === language,
        onChoose: () => setLanguage(choice),
      }))}
      trigger={(trigger) => (
        <Button
          {...trigger}
          type="text"
          icon={<TranslationOutlined />}
          aria-label={t("language")}
          title={t("language")}
        />
      )}
    />
  );
}
