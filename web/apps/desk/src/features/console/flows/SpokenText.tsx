import { formMessages } from "@frontdesk/ui/react/form-messages";
import { textRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Flex, Form, Input, Typography } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useRef } from "react";

import { LIMITS } from "../shared/limits";
import type { FlowSettings } from "../shared/wire";
import { flowsMessages } from "./flows-messages";
import { previewText, unknownVariables } from "./variables";
import type { Variable } from "./variables";

/** Variables that stand ready as buttons where they make sense. */
type Offered = Extract<Variable, "WaitNo" | "StaffNo" | "StaffNickName">;

const NAMES = {
  WaitNo: "variableWaitNo",
  StaffNo: "variableStaffNo",
  StaffNickName: "variableStaffNickName",
} as const satisfies Record<Offered, keyof (typeof flowsMessages)["en"]>;

interface SpokenTextProps {
  field: Extract<keyof FlowSettings, "greeting" | `${string}_text`>;
  label: string;
  help: string;
  /** What may stand in the text beside words. */
  variables?: readonly Offered[];
}

/** A text that visitors will read, with buttons for its variables and a preview when it holds any. */
export function SpokenText({ field, label, help, variables = [] }: SpokenTextProps) {
  const t = useText(flowsMessages);
  const check = useText(formMessages);
  const form = Form.useFormInstance();
  const input = useRef<TextAreaRef>(null);
  const name = ["settings", field];
  const text = Form.useWatch<string | undefined>(name, form) ?? "";

  const insert = (variable: Offered) => {
    const area = input.current?.resizableTextArea?.textArea;
    const written = (form.getFieldValue(name) as string | undefined) ?? "";
    const start = area?.selectionStart ?? written.length;
    const end = area?.selectionEnd ?? written.length;
    const inserted = `\${${variable}}`;
    form.setFieldValue(name, written.slice(0, start) + inserted + written.slice(end));
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(start + inserted.length, start + inserted.length);
    });
  };

  return (
    <Form.Item label={label} htmlFor={`settings_${field}`} extra={help}>
      <Flex vertical gap="small">
        <Form.Item
          name={name}
          noStyle
          rules={[
            ...textRules(check, LIMITS.textChars),
            {
              warningOnly: true,
              validator: (_, value: string | undefined) => {
                const [unknown] = unknownVariables(value ?? "");
                if (unknown === undefined) return Promise.resolve();
                return Promise.reject(new Error(t("unknownVariable", { variable: unknown })));
              },
            },
          ]}
        >
          <Input.TextArea ref={input} autoSize={{ minRows: 2, maxRows: 8 }} />
        </Form.Item>
        {variables.length > 0 && (
          <Flex gap="small" wrap>
            {variables.map((variable) => (
              <Button key={variable} size="small" onClick={() => insert(variable)}>
                {t("insertVariable", { variable: t(NAMES[variable]) })}
              </Button>
            ))}
          </Flex>
        )}
        {text.includes("${") && (
          <Typography.Text type="secondary">{t("preview", { text: previewText(text) })}</Typography.Text>
        )}
      </Flex>
    </Form.Item>
  );
}
