import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules, numberRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Divider, Form, Input, InputNumber, Radio, Select } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { useSkillGroupChoices } from "../shared/choices";
import { LIMITS } from "../shared/limits";
import { SpokenText } from "./SpokenText";
import { flowsMessages } from "./flows-messages";

/** The fields of a flow in the order in which a visitor meets them. */
export function FlowFields() {
  const t = useText(flowsMessages);
  const check = useText(formMessages);
  const { name } = LIMITS;
  return (
    <>
      <Section title={t("sectionStart")} />
      <Form.Item name="name" label={t("name")} extra={t("nameHelp")} rules={nameRules(check, name.min, name.max)}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <SpokenText field="greeting" label={t("greeting")} help={t("greetingHelp")} />

      <Section title={t("sectionQueue")} />
      <SkillGroupField />
      <SpokenText
        field="waiting_text"
        label={t("waitingText")}
        help={t("waitingTextHelp", { variable: "${WaitNo}" })}
        variables={["WaitNo"]}
      />
      <NumberField field="queue_limit" label={t("queueLimit")} help={t("queueLimitHelp")} limits={LIMITS.queueLimit} />
      <NumberField
        field="queue_timeout_seconds"
        label={t("queueTimeout")}
        help={t("queueTimeoutHelp")}
        limits={LIMITS.waitSeconds}
      />

      <Section title={t("sectionNobody")} />
      <SpokenText field="unavailable_text" label={t("unavailableText")} help={t("unavailableTextHelp")} />
      <Form.Item name={["settings", "nobody_online"]} label={t("nobodyOnline")}>
        <Radio.Group
          vertical
          options={[
            { value: "wait", label: t("nobodyWait") },
            { value: "leave", label: t("nobodyLeave") },
          ]}
        />
      </Form.Item>

      <Section title={t("sectionService")} />
      <SpokenText
        field="accepted_text"
        label={t("acceptedText")}
        help={t("acceptedTextHelp", { staffNo: "${StaffNo}", nickname: "${StaffNickName}" })}
        variables={["StaffNo", "StaffNickName"]}
      />
      <SpokenText field="agent_end_text" label={t("agentEndText")} help={t("agentEndTextHelp")} />

      <Section title={t("sectionSilence")} />
      <NumberField
        field="silence_seconds"
        label={t("silenceSeconds")}
        help={t("silenceSecondsHelp")}
        limits={LIMITS.waitSeconds}
      />
      <SpokenText field="silence_text" label={t("silenceText")} help={t("silenceTextHelp")} />
      <ReminderField />
      <SpokenText field="reminder_text" label={t("reminderText")} help={t("reminderTextHelp")} />

      <Section title={t("sectionInactive")} />
      <NumberField
        field="inactive_seconds"
        label={t("inactiveSeconds")}
        help={t("inactiveSecondsHelp")}
        limits={LIMITS.inactiveSeconds}
      />
      <SpokenText field="inactive_text" label={t("inactiveText")} help={t("inactiveTextHelp")} />
    </>
  );
}

function Section({ title }: { title: ReactNode }) {
  return <Divider titlePlacement="start">{title}</Divider>;
}

function SkillGroupField() {
  const t = useText(flowsMessages);
  const groups = useSkillGroupChoices();
  const hasNone = !groups.isLoading && groups.options.length === 0;
  const help = hasNone ? (
    <>
      {t("noGroupYet")} <Link to="/console/skill-groups">{t("makeGroup")}</Link>
    </>
  ) : (
    t("skillGroupHelp")
  );
  return (
    <Form.Item
      name={["settings", "skill_group_id"]}
      label={t("skillGroup")}
      extra={help}
      rules={[{ required: true, message: t("skillGroupRequired") }]}
    >
      <Select
        showSearch={{ optionFilterProp: "label" }}
        loading={groups.isLoading}
        options={groups.options}
        placeholder={t("skillGroupPlaceholder")}
      />
    </Form.Item>
  );
}

interface NumberFieldProps {
  field: "queue_limit" | "queue_timeout_seconds" | "silence_seconds" | "inactive_seconds";
  label: string;
  help: string;
  limits: { min: number; max: number };
}

/** A number that may be left out. */
function NumberField({ field, label, help, limits }: NumberFieldProps) {
  const check = useText(formMessages);
  return (
    <Form.Item name={["settings", field]} label={label} extra={help} rules={numberRules(check, limits.min, limits.max)}>
      <InputNumber precision={0} />
    </Form.Item>
  );
}

/** When the visitor is reminded: before the end that the reminder warns of (ROUTE-14). */
function ReminderField() {
  const t = useText(flowsMessages);
  const check = useText(formMessages);
  const silence: unknown = Form.useWatch(["settings", "silence_seconds"]);
  const { min, max } = LIMITS.reminderSeconds;
  const last = typeof silence === "number" ? Math.max(min, silence - 1) : max;
  return (
    <Form.Item
      name={["settings", "reminder_seconds"]}
      label={t("reminderSeconds")}
      extra={t("reminderSecondsHelp")}
      dependencies={[["settings", "silence_seconds"]]}
      rules={numberRules(check, min, last)}
    >
      <InputNumber precision={0} />
    </Form.Item>
  );
}
