import { useText } from "@frontdesk/ui/react/language";
import { Tag } from "antd";
import type { ReactNode } from "react";

import type { FieldChange, FlowConnection, FlowDiff, FlowDocument } from "../../shared/wire";
import { nodeById } from "../editor/document/edit";
import { useNodeName } from "../editor/use-node-name";
import { portMessages } from "../editor/words";
import { versionsMessages } from "./versions-messages";

interface ChangesProps {
  diff: FlowDiff;
  /** The later document, for the names of its nodes. */
  document: FlowDocument;
}

/** What differs between two documents, node by node (FLOW-14). */
export function Changes({ diff, document }: ChangesProps) {
  const t = useText(versionsMessages);
  const nodeName = useNodeName();
  const called = (id: string) => {
    const node = nodeById(document, id) ?? diff.nodes_removed.find((removed) => removed.id === id);
    return node === undefined ? id : nodeName(node);
  };
  const port = usePortWord();
  const connection = (word: "connected" | "disconnected", { from, port: left, to }: FlowConnection) => (
    <li key={`${word} ${from} ${left} ${to}`}>{t(word, { from: called(from), port: port(left), to: called(to) })}</li>
  );
  return (
    <ul className="flow-changes">
      {diff.fields.length > 0 && (
        <Change kind={<Tag color="blue">{t("changed")}</Tag>} name={t("flowFields")} fields={diff.fields} />
      )}
      {diff.nodes_added.map((node) => (
        <Change key={node.id} kind={<Tag color="green">{t("added")}</Tag>} name={nodeName(node)} fields={[]} />
      ))}
      {diff.nodes_removed.map((node) => (
        <Change key={node.id} kind={<Tag color="red">{t("removed")}</Tag>} name={nodeName(node)} fields={[]} />
      ))}
      {diff.nodes_changed.map((node) => (
        <Change
          key={node.id}
          kind={<Tag color="blue">{t("changed")}</Tag>}
          name={called(node.id)}
          fields={node.fields}
          remark={node.is_moved ? t("moved") : undefined}
        />
      ))}
      {diff.connections_added.map((added) => connection("connected", added))}
      {diff.connections_removed.map((removed) => connection("disconnected", removed))}
    </ul>
  );
}

/** Names of ports that every node has; others are named by the ids of a node's own options. */
function usePortWord() {
  const words = useText(portMessages);
  return (port: string) => (isNamed(port) ? words(port) : port);
}

type NamedPort = keyof (typeof portMessages)["en"];

function isNamed(port: string): port is NamedPort {
  return port in portMessages.en;
}

interface ChangeProps {
  kind: ReactNode;
  name: string;
  fields: readonly FieldChange[];
  remark?: string | undefined;
}

function Change({ kind, name, fields, remark }: ChangeProps) {
  const t = useText(versionsMessages);
  const shown = (value: unknown) => {
    if (value === undefined || value === null || value === "") return t("nothing");
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return (
    <li>
      {kind} <strong>{name}</strong>
      {remark !== undefined && <span className="flow-change-remark"> {remark}</span>}
      {fields.length > 0 && (
        <dl>
          {fields.map(({ field, before, after }) => (
            <div key={field}>
              <dt>
                <code>{field}</code>
              </dt>
              <dd>
                <del aria-label={t("before")}>{shown(before)}</del> <ins aria-label={t("after")}>{shown(after)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

/** Whether two documents are the same. */
export function isSame(diff: FlowDiff): boolean {
  return Object.values(diff).every((changes) => changes.length === 0);
}
