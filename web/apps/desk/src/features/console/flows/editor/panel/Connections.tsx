import { useText } from "@frontdesk/ui/react/language";
import { Button, Select } from "antd";

import type { FlowDocument, FlowNode } from "../../../shared/wire";
import { usePortName } from "../canvas/NodeCard";
import { connect, disconnect, mayConnect, nodeById } from "../document/edit";
import { portsOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import type { Edit } from "../use-editing";
import { useNodeName } from "../use-node-name";
import { Field } from "./fields";

interface ConnectionsProps {
  document: FlowDocument;
  node: FlowNode;
  edit: Edit;
  onShow: (id: string) => void;
}

/** Where each port leads, to be chosen without a mouse, and what leads here (FLOW-02). */
export function Connections({ document, node, edit, onShow }: ConnectionsProps) {
  const t = useText(editorMessages);
  const portName = usePortName();
  const nodeName = useNodeName();
  const targetOf = (port: string) =>
    document.connections.find((each) => each.from === node.id && each.port === port)?.to ?? null;
  const lead = (port: string, to: string | null | undefined) =>
    edit((now) =>
      to === null || to === undefined
        ? disconnect(now, { from: node.id, port })
        : connect(now, { from: node.id, port, to }),
    );
  const incoming = document.connections.filter(({ to }) => to === node.id);
  const ports = portsOf(node);
  return (
    <>
      {ports.length === 0 && <p>{t("noPorts")}</p>}
      {ports.map((port) => (
        <Field key={port.id} field={`port.${port.id}`} label={portName(port)}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              value={targetOf(port.id)}
              placeholder={t("notConnected")}
              options={document.nodes
                .filter((other) => mayConnect(document, { from: node.id, port: port.id, to: other.id }))
                .map((other) => ({ value: other.id, label: nodeName(other) }))}
              onChange={(to: string | null | undefined) => lead(port.id, to)}
            />
          )}
        </Field>
      ))}
      <h3>{t("comesFrom")}</h3>
      {incoming.length === 0 && <p>{t("comesFromNothing")}</p>}
      <ul className="flow-incoming" aria-label={t("comesFrom")}>
        {incoming.map(({ from, port }) => {
          const source = nodeById(document, from);
          if (source === undefined) return null;
          const itsPort = portsOf(source).find(({ id }) => id === port);
          return (
            <li key={`${from} ${port}`}>
              <Button type="link" onClick={() => onShow(from)}>
                {nodeName(source)}
              </Button>
              <span>{itsPort === undefined ? port : portName(itsPort)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
