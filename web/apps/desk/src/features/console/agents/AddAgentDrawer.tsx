import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { useText } from "@frontdesk/ui/react/language";

import type { NewAgent } from "../shared/wire";
import { AgentFields } from "./AgentFields";
import type { GivenPassword } from "./PasswordNotice";
import { useAgentCommands } from "./agents-data";
import { agentsMessages } from "./agents-messages";

interface AddAgentDrawerProps {
  isOpen: boolean;
  onClose: () => void;
  onAdded: (given: GivenPassword) => void;
}

const BLANK: Partial<NewAgent> = { role: "agent", skill_group_ids: [] };

/** Adds an agent (ADM-02). */
export function AddAgentDrawer({ isOpen, onClose, onAdded }: AddAgentDrawerProps) {
  const t = useText(agentsMessages);
  const commands = useAgentCommands();
  return (
    <FormDrawer<NewAgent>
      title={t("addTitle")}
      isOpen={isOpen}
      initialValues={BLANK}
      saveLabel={t("add")}
      onClose={onClose}
      onSave={async (values, key) => {
        const { agent, password_mail: mail } = await commands.add(tidy(values), key);
        onAdded({ agent, mail, isNew: true });
      }}
    >
      <AgentFields isNew />
    </FormDrawer>
  );
}

/** White space around what was typed means nothing, and an empty phone is none. */
function tidy(values: NewAgent): NewAgent {
  const { phone, ...rest } = values;
  const number = phone?.trim() ?? "";
  return {
    ...rest,
    name: rest.name.trim(),
    nickname: rest.nickname.trim(),
    email: rest.email.trim(),
    ...(number === "" ? {} : { phone: number }),
  };
}
