import { useText } from "@frontdesk/ui/react/language";
import { Badge } from "antd";
import type { BadgeProps } from "antd";

import { agentsMessages } from "../agents/agents-messages";
import type { ShownStatus } from "./wire";

const DOTS = {
  free: "success",
  busy: "error",
  not_ready: "warning",
  offline: "default",
} as const satisfies Record<ShownStatus, BadgeProps["status"]>;

const WORDS = {
  free: "statusFree",
  busy: "statusBusy",
  not_ready: "statusNotReady",
  offline: "statusOffline",
} as const satisfies Record<ShownStatus, string>;

/** An agent's status as others see it: a dot and a word (ROUTE-04). */
export function ShownStatusTag({ status }: { status: ShownStatus }) {
  const t = useText(agentsMessages);
  return <Badge status={DOTS[status]} text={t(WORDS[status])} />;
}
