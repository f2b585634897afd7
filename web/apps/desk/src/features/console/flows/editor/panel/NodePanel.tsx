import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { useText } from "@frontdesk/ui/react/language";
import { Form, Input, Tabs } from "antd";
import { useMemo } from "react";

import type { FlowDocument, FlowFault, FlowNode } from "../../../shared/wire";
import { replaceNode, variablesOf } from "../document/edit";
import { KIND_ICONS } from "../canvas/kind-icons";
import { editorMessages } from "../editor-messages";
import type { Edit } from "../use-editing";
import { kindMessages } from "../words";
import { Connections } from "./Connections";
import { ShownFaults } from "./faults";
import { FlowSettings } from "./FlowSettings";
import { NodeFields } from "./NodeFields";
import { KnownVariables } from "./ParameterText";

interface NodePanelProps {
  document: FlowDocument;
  /** The chosen node; the settings of the whole flow without one. */
  node: FlowNode | undefined;
  faults: readonly FlowFault[];
  edit: Edit;
  /** Shows another node. */
  onShow: (id: string) => void;
}

/** The chosen node with all its fields and ways, or the flow itself (FLOW-02). */
export function NodePanel({ document, node, faults, edit, onShow }: NodePanelProps) {
  const t = useText(editorMessages);
  const variables = useMemo(() => variablesOf(document), [document]);
  const shown = faults.filter((fault) => fault.node === node?.id);
  return (
    <aside className="flow-panel" aria-label={t("panel")}>
      <KnownVariables value={variables}>
        <ShownFaults value={shown}>
          <Form layout="vertical" component="div">
            {node === undefined ? (
              <>
                <h2>{t("flowSettings")}</h2>
                <FlowSettings document={document} onChange={(next, tag) => edit(() => next, tag)} />
              </>
            ) : (
              <NodeTabs key={node.id} document={document} node={node} edit={edit} onShow={onShow} />
            )}
          </Form>
        </ShownFaults>
      </KnownVariables>
    </aside>
  );
}

type NodeTabsProps = Omit<NodePanelProps, "node" | "faults"> & { node: FlowNode };

function NodeTabs({ document, node, edit, onShow }: NodeTabsProps) {
  const t = useText(editorMessages);
  const kind = useText(kindMessages);
  const Icon = KIND_ICONS[node.kind];
  const set = (next: FlowNode) => edit((now) => replaceNode(now, next), `node:${node.id}`);
  return (
    <>
      <h2>
        <Icon aria-hidden /> {kind(node.kind)}
      </h2>
      <Input
        className="flow-label"
        aria-label={t("label")}
        placeholder={kind(node.kind)}
        value={node.label}
        maxLength={LABEL_CHARS}
        onChange={(event) => set({ ...node, label: event.target.value })}
      />
      <div className="flow-node-id">
        <span>{t("nodeId")}</span>
        <code>{node.id}</code>
        <CopyButton text={node.id} label={t("copyId")} isIconOnly type="text" size="small" />
      </div>
      <Tabs
        items={[
          { key: "attributes", label: t("attributes"), children: <NodeFields node={node} onChange={set} /> },
          {
            key: "connections",
            label: t("connections"),
            children: <Connections document={document} node={node} edit={edit} onShow={onShow} />,
          },
        ]}
      />
    </>
  );
}

/** The server's limit, too. */
const LABEL_CHARS = 64;
