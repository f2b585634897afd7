import { useText } from "@frontdesk/ui/react/language";
import { Radio, Select } from "antd";

import { useSkillGroupChoices } from "../../../shared/choices";
import { timeZones } from "../../../shared/time-zones";
import type { FlowDocument, FlowFallback } from "../../../shared/wire";
import { without } from "../document/without";
import { editorMessages } from "../editor-messages";
import { ChoiceField, Field, ParameterField } from "./fields";

interface FlowSettingsProps {
  document: FlowDocument;
  onChange: (document: FlowDocument, tag?: string) => void;
}

/** What holds for the whole flow: its clock, and where a session goes that cannot go on. */
export function FlowSettings({ document, onChange }: FlowSettingsProps) {
  const t = useText(editorMessages);
  const groups = useSkillGroupChoices();
  const { fallback } = document;
  const set = (next: FlowFallback) => onChange({ ...document, fallback: next }, "fallback");
  return (
    <>
      <Field field="time_zone" label={t("timeZone")} help={t("timeZoneHelp")}>
        {(id) => (
          <Select
            id={id}
            showSearch
            value={document.time_zone}
            options={timeZones().map((zone) => ({ value: zone, label: zone }))}
            onChange={(time_zone) => onChange({ ...document, time_zone })}
          />
        )}
      </Field>
      <Field field="fallback.to" label={t("fallback")} help={t("fallbackHelp")}>
        {(id) => (
          <Radio.Group
            id={id}
            vertical
            value={fallback.to}
            options={[
              { value: "skill_group" as const, label: t("fallbackGroup") },
              { value: "message_form" as const, label: t("fallbackForm") },
            ]}
            onChange={({ target }) =>
              set(
                target.value === "skill_group"
                  ? { to: "skill_group", text: "" }
                  : { to: "message_form", prompt: t("fallbackPromptText"), thanks_text: "" },
              )
            }
          />
        )}
      </Field>
      {fallback.to === "skill_group" ? (
        <>
          <ChoiceField
            field="fallback.skill_group_id"
            label={t("skillGroup")}
            choices={groups}
            placeholder={t("skillGroupPlaceholder")}
            value={fallback.skill_group_id}
            onChange={(skill_group_id) => set(without({ ...fallback, skill_group_id }))}
          />
          <ParameterField
            field="fallback.text"
            label={t("fallbackText")}
            help={t("emptySaysNothing")}
            value={fallback.text}
            onChange={(text) => set({ ...fallback, text })}
          />
        </>
      ) : (
        <>
          <ParameterField
            field="fallback.prompt"
            label={t("prompt")}
            value={fallback.prompt}
            onChange={(prompt) => set({ ...fallback, prompt })}
          />
          <ParameterField
            field="fallback.thanks_text"
            label={t("thanksText")}
            help={t("emptySaysNothing")}
            value={fallback.thanks_text}
            onChange={(thanks_text) => set({ ...fallback, thanks_text })}
          />
        </>
      )}
    </>
  );
}
