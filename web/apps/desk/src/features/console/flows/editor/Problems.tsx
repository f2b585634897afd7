import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";

import type { FlowDocument, FlowFault } from "../../shared/wire";
import { usePortName } from "./canvas/NodeCard";
import { nodeById } from "./document/edit";
import { portsOf } from "./document/nodes";
import { editorMessages } from "./editor-messages";
import { faultMessages, faultText } from "./fault-words";
import { useNodeName } from "./use-node-name";

interface ProblemsProps {
  document: FlowDocument;
  faults: readonly FlowFault[];
  /** Shows the node with a fault, or the settings of the flow. */
  onShow: (node: string | undefined) => void;
}

/** All that keeps the flow from being published, with a click to where it is (FLOW-13). */
export function Problems({ document, faults, onShow }: ProblemsProps) {
  const t = useText(editorMessages);
  const words = useText(faultMessages);
  const portName = usePortName();
  const nodeName = useNodeName();
  const errors = faults.filter(({ severity }) => severity === "error").length;
  const named = (fault: FlowFault) => {
    const node = fault.node === undefined ? undefined : nodeById(document, fault.node);
    const text = faultText(words, fault, (id) => {
      const port = node === undefined ? undefined : portsOf(node).find((each) => each.id === id);
      return port === undefined ? id : portName(port);
    });
    return { where: node === undefined ? t("flowSettings") : nodeName(node), text };
  };
  return (
    <section className="flow-problems" aria-label={t("problems")}>
      <h2>
        {faults.length === 0 ? (
          <>
            <CheckCircleOutlined aria-hidden /> {t("noProblems")}
          </>
        ) : (
          t("problemsOf", { errors, warnings: faults.length - errors })
        )}
      </h2>
      <ul>
        {faults.map((fault, index) => {
          const { where, text } = named(fault);
          return (
            <li key={index}>
              <button type="button" data-severity={fault.severity} onClick={() => onShow(fault.node)}>
                {fault.severity === "error" ? <CloseCircleOutlined aria-hidden /> : <WarningOutlined aria-hidden />}
                <span>{where}</span>
                <span>{text}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
