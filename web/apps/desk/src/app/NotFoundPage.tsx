import { Notice } from "@frontdesk/ui/react/Notice";
import { useText } from "@frontdesk/ui/react/language";
import { Link } from "react-router";

import { appMessages } from "./app-messages";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const t = useText(appMessages);
  return <Notice isPage title={t("notFound")} text={t("notFoundText")} action={<Link to="/">{t("backHome")}</Link>} />;
}
