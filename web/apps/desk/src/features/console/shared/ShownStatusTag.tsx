import { useText } from "@frontdesk/ui/react/language";
import { Badge } from "antd";

import { agentsMessages } from "../agents/agents-messages";
import type { ShownStatus } from "./wire";

const DOTS: Readonly<Record<ShownStatus, string>> = {
  free: "var(--status-free)",
  busy: "var(--status-busy)",
  not_ready: "var(--status-not-ready)",
  disconnected: "var(--status-disconnected)",
  offline: "var(--status-offline)",
};

const WORDS = {
  free: "statusFree",
  busy: "statusBusy",
  not_ready: "statusNotReady",
  disconnected: "statusDisconnected",
  offline: "statusOffline",
} as const satisfies Record<ShownStatus, string>;

/** An agent's status as others see it: a dot and a word (ROUTE-04). */
export function ShownStatusTag({ status }: { status: ShownStatus }) {
  const t = useText(agentsMessages);
  return <Badge color={DOTS[status]} text={t(WORDS[status])} />;
}
