import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { Form, InputNumber, Modal } from "antd";
import { useState } from "react";

import { appMessages } from "./app-messages";
import { useMeCommands } from "./live-desk";
import type { Me } from "./sign-in";

interface OwnLimitDialogProps {
  me: Me;
  onClose: () => void;
}

/** Sets how many sessions one takes at a time (ROUTE-03, R7). */
export function OwnLimitDialog({ me, onClose }: OwnLimitDialogProps) {
  const t = useText(appMessages);
  const commands = useMeCommands();
  const explain = useExplain();
  const [form] = Form.useForm<{ own_limit: number }>();
  const [isSaving, setSaving] = useState(false);
  const save = async ({ own_limit }: { own_limit: number }) => {
    setSaving(true);
    try {
      await commands.setOwnLimit(own_limit);
      onClose();
    } catch (error) {
      form.setFields([{ name: "own_limit", errors: [explain(error).message] }]);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Modal
      open
      title={t("ownLimit")}
      okText={t("save")}
      cancelText={t("cancel")}
      confirmLoading={isSaving}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ own_limit: me.own_limit }}
        onFinish={(values) => void save(values)}
      >
        <Form.Item
          name="own_limit"
          label={t("ownLimitLabel")}
          extra={t("ownLimitHelp")}
          rules={[{ required: true, type: "integer", min: 1, max: 100, message: t("ownLimitRange") }]}
        >
          <InputNumber autoFocus precision={0} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
