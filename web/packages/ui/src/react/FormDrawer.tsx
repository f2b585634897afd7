import { newKey } from "@frontdesk/api-client/idempotency";
import { troubleOf } from "@frontdesk/api-client/problem";
import { Alert, Button, Drawer, Flex, Form } from "antd";
import type { FormInstance } from "antd";
import { useRef, useState } from "react";
import type { ReactNode } from "react";

import { formMessages } from "./form-messages";
import { useExplain } from "./failure";
import { useText } from "./language";
import { useUnsavedGuard } from "./unsaved-guard";

/** Values of which some may still be missing, also inside. */
type Beginning<Values> = { [Key in keyof Values]?: Values[Key] extends object ? Beginning<Values[Key]> : Values[Key] };

interface FormDrawerProps<Values extends object> {
  title: string;
  isOpen: boolean;
  /** What the fields begin with; read when the drawer opens. */
  initialValues: Beginning<Values>;
  /** For forms with long texts. */
  isLarge?: boolean;
  saveLabel?: string;
  /**
   * Stores the values; a rejection is shown in the form, field by field where the server names fields. `key` is to
   * be sent with a command that adds something: it stays the same while it is unknown whether the command was done
   * (C02, C20).
   */
  onSave: (values: Values, key: string) => Promise<void>;
  /** Called when the drawer closes without saving; after saving the caller closes it. */
  onClose: () => void;
  children: ReactNode | ((form: FormInstance<Values>) => ReactNode);
}

/**
 * A form in a drawer at the side: checks beside the fields while typing, the server's faults at their fields,
 * "save" disabled only while saving, and a question before unsaved changes are lost.
 */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  // The body is mounted per opening, so each begins with fresh values and no old faults.
  return props.isOpen ? <OpenDrawer<Values> {...props} /> : null;
}

function OpenDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const { title, initialValues, isLarge = false, saveLabel, onSave, onClose, children } = props;
  const t = useText(formMessages);
  const explain = useExplain();
  const [form] = Form.useForm<Values>();
  const [start] = useState(initialValues);
  const [isDirty, setDirty] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const askFirst = useUnsavedGuard(isDirty);
  const keys = useCommandKeys();

  const save = async (values: Values) => {
    setSaving(true);
    setFailure(undefined);
    try {
      await onSave(values, keys.keyFor(values));
      setDirty(false);
    } catch (error) {
      if (troubleOf(error)?.class !== "retry") keys.forget();
      setFailure(showFaults(form, explain(error)));
    } finally {
      setSaving(false);
    }
  };
  const close = () => {
    if (!isSaving) askFirst(onClose);
  };

  return (
    <Drawer
      open
      title={title}
      size={isLarge ? "large" : "default"}
      onClose={close}
      mask={{ closable: true }}
      footer={
        <Flex gap="small" justify="end">
          <Button onClick={close}>{t("cancel")}</Button>
          <Button type="primary" loading={isSaving} onClick={() => form.submit()}>
            {saveLabel ?? t("save")}
          </Button>
        </Flex>
      }
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={start}
        disabled={isSaving}
        scrollToFirstError={{ focus: true }}
        onFinish={(values) => void save(values)}
        onValuesChange={(_, values: Values) => setDirty(!isSame(start, values))}
      >
        {failure !== undefined && <Alert type="error" showIcon title={failure} role="alert" />}
        {typeof children === "function" ? children(form) : children}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </Form>
    </Drawer>
  );
}

/** The key of a command: kept while the same content is sent again, until `forget`. */
function useCommandKeys() {
  const last = useRef<{ content: string; key: string }>(null);
  return {
    keyFor: (values: object) => {
      const content = JSON.stringify(values);
      if (last.current?.content !== content) last.current = { content, key: newKey() };
      return last.current.key;
    },
    forget: () => {
      last.current = null;
    },
  };
}

/** Puts each fault at its field. Returns what is left to be said above the form. */
function showFaults<Values extends object>(
  form: FormInstance<Values>,
  failure: { message: string; fields: readonly { field: string; message: string }[] },
): string | undefined {
  const shown = new Map(form.getFieldsError().map(({ name }) => [name.join("."), name]));
  const homeless: string[] = [];
  let isPlaced = false;
  for (const fault of failure.fields) {
    const name = shown.get(fault.field);
    if (name === undefined) {
      homeless.push(fault.message);
      continue;
    }
    form.setFields([{ name: name as never, errors: [fault.message] }]);
    if (!isPlaced) form.scrollToField(name, { focus: true });
    isPlaced = true;
  }
  if (homeless.length > 0) return [failure.message, ...homeless].join(" ");
  return isPlaced ? undefined : failure.message;
}

/** Whether two sets of values mean the same; an absent, an empty and a cleared field are alike. */
function isSame(start: object, now: object): boolean {
  return JSON.stringify(plain(start)) === JSON.stringify(plain(now));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(plain);
  if (value === null || value === "") return undefined;
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, plain(item)] as const)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => left.localeCompare(right));
  return Object.fromEntries(entries);
}
