import { useText } from "@frontdesk/ui/react/language";
import { Button, Dropdown, Input } from "antd";
import type { InputRef } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { createContext, useContext, useRef } from "react";

import { editorMessages } from "../editor-messages";
import { SYSTEM_PARAMETERS, parameterMessages } from "../words";

/** Variables that nodes of the flow set. */
export const KnownVariables = createContext<readonly string[]>([]);

interface ParameterTextProps {
  id: string;
  value: string;
  onChange: (value: string) => void;
  isLine?: boolean;
  placeholder?: string;
}

/** A text with a menu that puts parameters where the caret is (FLOW-03). */
export function ParameterText({ id, value, onChange, isLine = false, placeholder }: ParameterTextProps) {
  const t = useText(editorMessages);
  const names = useText(parameterMessages);
  const variables = useContext(KnownVariables);
  const line = useRef<InputRef>(null);
  const area = useRef<TextAreaRef>(null);

  const insert = (name: string) => {
    const field = isLine ? line.current?.input : area.current?.resizableTextArea?.textArea;
    const start = field?.selectionStart ?? value.length;
    const end = field?.selectionEnd ?? value.length;
    const parameter = `\${${name}}`;
    onChange(value.slice(0, start) + parameter + value.slice(end));
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(start + parameter.length, start + parameter.length);
    });
  };
  const items = [
    ...variables.map((name) => ({ key: name, label: name, onClick: () => insert(name) })),
    ...SYSTEM_PARAMETERS.map((name) => ({
      key: name,
      label: `${name} · ${names(name)}`,
      onClick: () => insert(name),
    })),
  ];
  const shared = { id, value, ...(placeholder === undefined ? {} : { placeholder }) };
  return (
    <div className="flow-parameter-text">
      {isLine ? (
        <Input ref={line} {...shared} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input.TextArea
          ref={area}
          {...shared}
          autoSize={{ minRows: 2, maxRows: 8 }}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button size="small" type="text" aria-haspopup="menu">
          {t("insertParameter")}
        </Button>
      </Dropdown>
    </div>
  );
}
