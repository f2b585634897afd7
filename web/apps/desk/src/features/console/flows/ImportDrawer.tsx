import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Button, Form, Input, Upload } from "antd";

import { LIMITS } from "../shared/limits";
import type { FlowDocument } from "../shared/wire";
import { useVersionCommands } from "./versions/versions-data";
import { versionsMessages } from "./versions/versions-messages";

interface Values {
  file: File;
  name: string;
}

/** Makes a flow of a file (FLOW-16). What is no flow is refused by the server, with the reason. */
export function ImportDrawer({ onClose }: { onClose: () => void }) {
  const t = useText(versionsMessages);
  const check = useText(formMessages);
  const { message } = App.useApp();
  const commands = useVersionCommands();
  const save = async (values: Values, key: string) => {
    const document = JSON.parse(await values.file.text()) as FlowDocument;
    const name = values.name.trim();
    await commands.importFlow(name, document, key);
    void message.success(t("imported", { name }));
    onClose();
  };
  return (
    <FormDrawer<Values>
      isOpen
      title={t("importTitle")}
      saveLabel={t("importFlow")}
      initialValues={{ name: "" }}
      onSave={save}
      onClose={onClose}
    >
      {(form) => (
        <>
          <Form.Item
            name="file"
            label={t("file")}
            extra={t("fileHelp")}
            valuePropName="chosen"
            rules={[
              { required: true, message: t("fileRequired") },
              {
                validator: async (_, file?: File) => {
                  if (file !== undefined && !(await isJson(file))) throw new Error(t("fileUnreadable"));
                },
              },
            ]}
          >
            <FileField
              label={t("chooseFile")}
              onNamed={(name) => form.getFieldValue("name") === "" && form.setFieldValue("name", name)}
            />
          </Form.Item>
          <Form.Item name="name" label={t("name")} rules={nameRules(check, LIMITS.name.min, LIMITS.name.max)}>
            <Input autoComplete="off" />
          </Form.Item>
        </>
      )}
    </FormDrawer>
  );
}

interface FileFieldProps {
  label: string;
  chosen?: File;
  onChange?: (file: File) => void;
  /** The name of the file, without its ending. */
  onNamed: (name: string) => void;
}

function FileField({ label, chosen, onChange, onNamed }: FileFieldProps) {
  return (
    <Upload
      accept="application/json,.json"
      maxCount={1}
      showUploadList={false}
      beforeUpload={(file) => {
        onChange?.(file);
        onNamed(file.name.replace(/\.json$/i, "").slice(0, LIMITS.name.max));
        return false;
      }}
    >
      <Button>{chosen?.name ?? label}</Button>
    </Upload>
  );
}

async function isJson(file: File): Promise<boolean> {
  try {
    JSON.parse(await file.text());
    return true;
  } catch {
    return false;
  }
}
