import { unreadTotal } from "@frontdesk/live/workbench";
import { useText } from "@frontdesk/ui/react/language";
import { useEffect } from "react";
import { useLocation } from "react-router";

import { appMessages } from "./app-messages";
import { useDeskState } from "./live-desk";

/** Keeps the tab's title: where one is, and how much is unread (WORK-04). */
export function PageTitle() {
  const t = useText(appMessages);
  const { workbench } = useDeskState();
  const { pathname } = useLocation();
  const count = unreadTotal(workbench);
  const page = t(pageOf(pathname));
  useEffect(() => {
    document.title = count > 0 ? t("titleUnread", { count, page }) : t("title", { page });
  }, [t, count, page]);
  return null;
}

function pageOf(pathname: string): "workbench" | "records" | "console" {
  if (pathname.startsWith("/records")) return "records";
  return pathname.startsWith("/console") ? "console" : "workbench";
}
