import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { numberRules, requiredRule } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Divider, Form, InputNumber, Radio, Select } from "antd";
import { useMemo } from "react";

import { LIMITS } from "../shared/limits";
import type { ReceptionSettings } from "../shared/wire";
import { useSetReception } from "./reception-data";
import { receptionMessages } from "./reception-messages";

interface ReceptionDrawerProps {
  isOpen: boolean;
  settings: ReceptionSettings;
  onClose: () => void;
}

/** Changes how the contact centre receives visitors. */
export function ReceptionDrawer({ isOpen, settings, onClose }: ReceptionDrawerProps) {
  const t = useText(receptionMessages);
  const check = useText(formMessages);
  const { message } = App.useApp();
  const set = useSetReception();
  const zones = useZones(t("serverZone"));
  const { min, max } = LIMITS.graceSeconds;

  const save = async (values: ReceptionSettings, key: string) => {
    await set(values, key);
    void message.success(t("saved"));
    onClose();
  };

  return (
    <FormDrawer<ReceptionSettings>
      title={t("editTitle")}
      isOpen={isOpen}
      initialValues={settings}
      onSave={save}
      onClose={onClose}
    >
      <Divider titlePlacement="start">{t("disconnected")}</Divider>
      <Form.Item
        name="grace_seconds"
        label={t("grace")}
        extra={t("graceHelp")}
        rules={[requiredRule(check), ...numberRules(check, min, max)]}
      >
        <InputNumber precision={0} autoFocus />
      </Form.Item>
      <Form.Item name="after_grace" label={t("afterGrace")}>
        <Radio.Group
          vertical
          options={[
            { value: "requeue", label: t("requeue") },
            { value: "keep", label: t("keep") },
          ]}
        />
      </Form.Item>
      <Divider titlePlacement="start">{t("day")}</Divider>
      <Form.Item name="time_zone" label={t("timeZone")} extra={t("timeZoneHelp")}>
        <Select showSearch={{ optionFilterProp: "label" }} options={zones} />
      </Form.Item>
    </FormDrawer>
  );
}

/** The time zones that this browser knows, after the server's own. */
function useZones(serverZone: string) {
  return useMemo(() => {
    const names = Intl.supportedValuesOf("timeZone");
    return [{ value: "", label: serverZone }, ...names.map((name) => ({ value: name, label: name }))];
  }, [serverZone]);
}
