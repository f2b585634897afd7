/** The attributes of each kind of node (FLOW-03 to FLOW-12). */
import { useText } from "@frontdesk/ui/react/language";
import { Alert } from "antd";

import type { FlowNode } from "../../../shared/wire";
import { editorMessages } from "../editor-messages";
import { BranchFields, CollectFields } from "./QuestionFields";
import { CallApiFields } from "./CallApiFields";
import { ConditionFields } from "./ConditionFields";
import { EndFields, TransferFields } from "./PeopleFields";
import { MessageFields } from "./MessageFields";
import { RobotFields } from "./RobotFields";
import { ServiceTimeFields } from "./ServiceTimeFields";

/** Takes a changed node. */
export type SetNode = (node: FlowNode) => void;

export function NodeFields({ node, onChange }: { node: FlowNode; onChange: SetNode }) {
  const t = useText(editorMessages);
  switch (node.kind) {
    case "start":
      return <Alert type="info" showIcon title={t("startHelp")} />;
    case "service_time":
      return <ServiceTimeFields node={node} onChange={onChange} />;
    case "send_message":
      return <MessageFields node={node} onChange={onChange} />;
    case "branch":
      return <BranchFields node={node} onChange={onChange} />;
    case "transfer_to_human":
      return <TransferFields node={node} onChange={onChange} />;
    case "collect_information":
      return <CollectFields node={node} onChange={onChange} />;
    case "call_api":
      return <CallApiFields node={node} onChange={onChange} />;
    case "condition":
      return <ConditionFields node={node} onChange={onChange} />;
    case "robot":
      return <RobotFields node={node} onChange={onChange} />;
    case "end":
      return <EndFields node={node} onChange={onChange} />;
  }
}
