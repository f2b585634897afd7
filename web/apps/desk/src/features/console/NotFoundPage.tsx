import { useText } from "@frontdesk/ui/react/language";
import { Result } from "antd";

import { consoleMessages } from "./console-messages";
import { ButtonLink } from "./shared/ButtonLink";

/** An address of the console that leads nowhere. */
export function NotFoundPage() {
  const t = useText(consoleMessages);
  return (
    <Result
      status="404"
      title={t("notFoundTitle")}
      subTitle={t("notFoundText")}
      extra={
        <ButtonLink to="/console" type="primary">
          {t("backToOverview")}
        </ButtonLink>
      }
    />
  );
}
