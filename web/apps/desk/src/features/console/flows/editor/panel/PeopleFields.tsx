import { useText } from "@frontdesk/ui/react/language";
import { Radio } from "antd";

import { useSkillGroupChoices } from "../../../shared/choices";
import { LIMITS } from "../../../shared/limits";
import { without } from "../document/without";
import type { NodeOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { ChoiceField, Field, NumberField, ParameterField } from "./fields";
import type { SetNode } from "./NodeFields";

/** Whose queue, what is said there, and how long it may last (FLOW-07). */
export function TransferFields({ node, onChange }: { node: NodeOf<"transfer_to_human">; onChange: SetNode }) {
  const t = useText(editorMessages);
  const groups = useSkillGroupChoices();
  return (
    <>
      <ChoiceField
        field="skill_group_id"
        label={t("skillGroup")}
        choices={groups}
        placeholder={t("skillGroupPlaceholder")}
        value={node.skill_group_id}
        onChange={(skill_group_id) => onChange(without({ ...node, skill_group_id }))}
      />
      <ParameterField
        field="waiting_text"
        label={t("waitingText")}
        help={t("waitingTextHelp")}
        value={node.waiting_text}
        onChange={(waiting_text) => onChange({ ...node, waiting_text })}
      />
      <ParameterField
        field="accepted_text"
        label={t("acceptedText")}
        help={t("emptySaysNothing")}
        value={node.accepted_text}
        onChange={(accepted_text) => onChange({ ...node, accepted_text })}
      />
      <ParameterField
        field="unavailable_text"
        label={t("unavailableText")}
        help={t("unavailableTextHelp")}
        value={node.unavailable_text}
        onChange={(unavailable_text) => onChange({ ...node, unavailable_text })}
      />
      <Field field="nobody_online" label={t("nobodyOnline")}>
        {(id) => (
          <Radio.Group
            id={id}
            vertical
            value={node.nobody_online}
            options={[
              { value: "wait" as const, label: t("nobodyWait") },
              { value: "leave" as const, label: t("nobodyLeave") },
            ]}
            onChange={({ target }) => onChange({ ...node, nobody_online: target.value as typeof node.nobody_online })}
          />
        )}
      </Field>
      <NumberField
        field="queue_timeout_seconds"
        label={t("queueTimeout")}
        help={t("queueTimeoutHelp")}
        {...LIMITS.waitSeconds}
        value={node.queue_timeout_seconds}
        onChange={(queue_timeout_seconds) => onChange(without({ ...node, queue_timeout_seconds }))}
      />
      <NumberField
        field="queue_limit"
        label={t("queueLimit")}
        help={t("queueLimitHelp")}
        {...LIMITS.queueLimit}
        value={node.queue_limit}
        onChange={(queue_limit) => onChange(without({ ...node, queue_limit }))}
      />
    </>
  );
}

/** When a session ends by itself, and what is said at its end (FLOW-12, ROUTE-14). */
export function EndFields({ node, onChange }: { node: NodeOf<"end">; onChange: SetNode }) {
  const t = useText(editorMessages);
  return (
    <>
      <ParameterField
        field="agent_end_text"
        label={t("agentEndText")}
        help={t("emptySaysNothing")}
        value={node.agent_end_text}
        onChange={(agent_end_text) => onChange({ ...node, agent_end_text })}
      />
      <NumberField
        field="silence_seconds"
        label={t("silenceSeconds")}
        help={t("silenceSecondsHelp")}
        {...LIMITS.waitSeconds}
        value={node.silence_seconds}
        onChange={(silence_seconds) => onChange(without({ ...node, silence_seconds }))}
      />
      <ParameterField
        field="silence_text"
        label={t("silenceText")}
        value={node.silence_text}
        onChange={(silence_text) => onChange({ ...node, silence_text })}
      />
      <NumberField
        field="reminder_seconds"
        label={t("reminderSeconds")}
        help={t("reminderSecondsHelp")}
        {...LIMITS.reminderSeconds}
        value={node.reminder_seconds}
        onChange={(reminder_seconds) => onChange(without({ ...node, reminder_seconds }))}
      />
      <ParameterField
        field="reminder_text"
        label={t("reminderText")}
        value={node.reminder_text ?? ""}
        onChange={(reminder_text) => onChange({ ...node, reminder_text })}
      />
      <NumberField
        field="inactive_seconds"
        label={t("inactiveSeconds")}
        help={t("inactiveSecondsHelp")}
        {...LIMITS.inactiveSeconds}
        value={node.inactive_seconds}
        onChange={(inactive_seconds) => onChange(without({ ...node, inactive_seconds }))}
      />
      <ParameterField
        field="inactive_text"
        label={t("inactiveText")}
        value={node.inactive_text ?? ""}
        onChange={(inactive_text) => onChange({ ...node, inactive_text })}
      />
    </>
  );
}
