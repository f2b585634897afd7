import { useText } from "@frontdesk/ui/react/language";

import type { FlowNode } from "../../shared/wire";
import { kindMessages } from "./words";

/** What a node is called among others: its label, or its kind, and its id. */
export function useNodeName(): (node: FlowNode) => string {
  const kind = useText(kindMessages);
  return (node) => `${node.label || kind(node.kind)} (${node.id})`;
}
