import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import type { Agent, NewAgent } from "../shared/wire";
import { AgentFields } from "./AgentFields";
import { useAgentCommands } from "./agents-data";
import { agentsMessages } from "./agents-messages";

interface EditAgentDrawerProps {
  /** Closed while there is none. */
  agent: Agent | undefined;
  onClose: () => void;
}

/** Changes an agent; staff number and e-mail stay (ADM-05, R2). */
export function EditAgentDrawer({ agent, onClose }: EditAgentDrawerProps) {
  const t = useText(agentsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useAgentCommands();
  if (!agent) return null;
  return (
    <FormDrawer<NewAgent>
      key={agent.id}
      title={t("editTitle", { name: agent.name })}
      isOpen
      initialValues={fieldsOf(agent)}
      onClose={onClose}
      onSave={async (values) => {
        await commands.change(agent.id, {
          name: values.name.trim(),
          nickname: values.nickname.trim(),
          phone: values.phone?.trim() ?? "",
          role: values.role,
          skill_group_ids: values.skill_group_ids ?? [],
        });
        void message.success(shared("saved"));
        onClose();
      }}
    >
      <AgentFields isNew={false} />
    </FormDrawer>
  );
}

function fieldsOf(agent: Agent): NewAgent {
  const { name, nickname, staff_no, email, role } = agent;
  const skill_group_ids = agent.skill_groups.map((group) => group.id);
  return { name, nickname, staff_no, email, phone: agent.phone ?? "", role, skill_group_ids };
}
