import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Form, Input } from "antd";

import { consoleMessages } from "../console-messages";
import { LIMITS, SECRET_VALUE } from "../shared/limits";
import type { FlowSecret, NewFlowSecret } from "../shared/wire";
import { useFlowSecretCommands } from "./flow-secrets-data";
import { flowSecretsMessages } from "./flow-secrets-messages";

interface FlowSecretDrawerProps {
  isOpen: boolean;
  /** The secret to replace; a new one when there is none. */
  secret: FlowSecret | undefined;
  onClose: () => void;
}

/** Adds a secret, or replaces what one says. */
export function FlowSecretDrawer({ isOpen, secret, onClose }: FlowSecretDrawerProps) {
  const t = useText(flowSecretsMessages);
  const shared = useText(consoleMessages);
  const check = useText(formMessages);
  const { message } = App.useApp();
  const commands = useFlowSecretCommands();

  const save = async ({ name, value }: NewFlowSecret, key: string) => {
    if (secret) await commands.replace(secret.id, value);
    else await commands.add({ name: name.trim(), value }, key);
    void message.success(shared("saved"));
    onClose();
  };

  return (
    <FormDrawer<NewFlowSecret>
      title={secret ? t("replaceTitle", { name: secret.name }) : t("add")}
      isOpen={isOpen}
      initialValues={{ name: secret?.name ?? "", value: "" }}
      saveLabel={shared("save")}
      onSave={save}
      onClose={onClose}
    >
      {!secret && (
        <Form.Item<NewFlowSecret>
          name="name"
          label={t("name")}
          rules={nameRules(check, LIMITS.name.min, LIMITS.name.max)}
        >
          <Input autoComplete="off" autoFocus />
        </Form.Item>
      )}
      <Form.Item<NewFlowSecret>
        name="value"
        label={t("value")}
        extra={t("valueHelp")}
        rules={[
          { required: true, message: check("required") },
          { pattern: SECRET_VALUE, message: t("valueFault") },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </FormDrawer>
  );
}
