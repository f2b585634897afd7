import { useText } from "@frontdesk/ui/react/language";
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo } from "react";

import { firstWords, portsOf, type Port } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { kindMessages, portMessages } from "../words";
import { KIND_ICONS } from "./kind-icons";
import type { Card } from "./drawn";

/** One node: its kind and label, its first words, and its ports with names (FLOW-02). */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<Card>) {
  const { node, errors, warnings } = data;
  const t = useText(editorMessages);
  const kind = useText(kindMessages);
  const Icon = KIND_ICONS[node.kind];
  const words = firstWords(node);
  return (
    <div className="flow-card" data-kind={node.kind} data-selected={selected} data-faulty={errors > 0}>
      {node.kind !== "start" && <Handle type="target" position={Position.Left} />}
      <div className="flow-card-head">
        <Icon aria-hidden />
        <strong title={node.label || kind(node.kind)}>{node.label || kind(node.kind)}</strong>
        {errors > 0 && (
          <span className="flow-card-faults" data-severity="error" title={t("errorsOf", { count: errors })}>
            {errors}
          </span>
        )}
        {errors === 0 && warnings > 0 && (
          <span className="flow-card-faults" data-severity="warning" title={t("warningsOf", { count: warnings })}>
            {warnings}
          </span>
        )}
      </div>
      {words !== "" && <p className="flow-card-words">{words}</p>}
      {portsOf(node).map((port) => (
        <div key={port.id} className="flow-card-port">
          <PortName port={port} />
          <Handle type="source" position={Position.Right} id={port.id} />
        </div>
      ))}
    </div>
  );
});

/** A port's name as people read it. */
export function usePortName(): (port: Port) => string {
  const t = useText(editorMessages);
  const name = useText(portMessages);
  return (port) => ("fixed" in port.name ? name(port.name.fixed) : port.name.text || t("unnamedPort"));
}

function PortName({ port }: { port: Port }) {
  const name = usePortName()(port);
  return <span title={name}>{name}</span>;
}
