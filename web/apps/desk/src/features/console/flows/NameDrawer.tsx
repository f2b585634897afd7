import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Form, Input } from "antd";

import { LIMITS } from "../shared/limits";
import type { Flow } from "../shared/wire";
import { useFlowCommands } from "./flows-data";
import { flowsMessages } from "./flows-messages";

/** Which flow gets a name, and whether it is a copy that gets it. */
export interface Naming {
  flow: Flow;
  isCopy: boolean;
}

/** Gives a flow another name, or copies it under one (FLOW-01). */
export function NameDrawer({ flow, isCopy, onClose }: Naming & { onClose: () => void }) {
  const t = useText(flowsMessages);
  const check = useText(formMessages);
  const { message } = App.useApp();
  const commands = useFlowCommands();
  const save = async (values: { name: string }, key: string) => {
    const name = values.name.trim();
    if (isCopy) await commands.copy(flow.id, name, key);
    else await commands.change(flow.id, { name });
    void message.success(t(isCopy ? "copied" : "renamed", { name }));
    onClose();
  };
  return (
    <FormDrawer<{ name: string }>
      isOpen
      title={t(isCopy ? "copyTitle" : "renameTitle", { name: flow.name })}
      initialValues={{ name: isCopy ? t("copyOf", { name: flow.name }) : flow.name }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t("name")}
        extra={t("nameHelp")}
        rules={nameRules(check, LIMITS.name.min, LIMITS.name.max)}
      >
        <Input autoComplete="off" autoFocus />
      </Form.Item>
    </FormDrawer>
  );
}
