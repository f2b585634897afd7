import { useText } from "@frontdesk/ui/react/language";
import { Result } from "antd";
import { Link } from "react-router";

import { appMessages } from "./app-messages";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const t = useText(appMessages);
  return (
    <Result
      status="404"
      title={t("notFound")}
      subTitle={t("notFoundText")}
      extra={<Link to="/">{t("backHome")}</Link>}
    />
  );
}
