import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules, patternRules, requiredRule } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { Form, Input, Radio, Select } from "antd";

import { useSkillGroupChoices } from "../shared/choices";
import { EMAIL, LIMITS, PHONE, STAFF_NO } from "../shared/limits";
import type { NewAgent } from "../shared/wire";
import { agentsMessages } from "./agents-messages";

/** The fields of an agent's form; staff number and e-mail are fixed once the agent exists (R2). */
export function AgentFields({ isNew }: { isNew: boolean }) {
  const t = useText(agentsMessages);
  const check = useText(formMessages);
  const groups = useSkillGroupChoices();
  const { name, nickname } = LIMITS;
  return (
    <>
      <Form.Item<NewAgent>
        name="name"
        label={t("name")}
        extra={t("nameHelp")}
        rules={nameRules(check, name.min, name.max)}
      >
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item<NewAgent>
        name="nickname"
        label={t("nickname")}
        extra={t("nicknameHelp")}
        rules={nameRules(check, nickname.min, nickname.max)}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item<NewAgent>
        name="staff_no"
        label={t("staffNo")}
        extra={isNew ? t("staffNoHelp") : t("staffNoFixed")}
        rules={[requiredRule(check), ...patternRules(STAFF_NO, check("staffNo"))]}
      >
        <Input autoComplete="off" readOnly={!isNew} variant={isNew ? "outlined" : "filled"} />
      </Form.Item>
      <Form.Item<NewAgent>
        name="email"
        label={t("email")}
        extra={isNew ? t("emailHelp") : t("emailFixed")}
        rules={[requiredRule(check), ...patternRules(EMAIL, check("email"))]}
      >
        <Input type="email" autoComplete="off" readOnly={!isNew} variant={isNew ? "outlined" : "filled"} />
      </Form.Item>
      <Form.Item<NewAgent>
        name="phone"
        label={t("phone")}
        extra={t("phoneHelp")}
        rules={patternRules(PHONE, check("phone"))}
      >
        <Input type="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item<NewAgent> name="role" label={t("role")} extra={t("roleHelp")} rules={[requiredRule(check)]}>
        <Radio.Group
          options={[
            { value: "agent", label: t("roleAgent") },
            { value: "admin", label: t("roleAdmin") },
          ]}
        />
      </Form.Item>
      <Form.Item<NewAgent> name="skill_group_ids" label={t("skillGroups")} extra={t("skillGroupsHelp")}>
        <Select
          mode="multiple"
          loading={groups.isLoading}
          options={groups.options}
          optionFilterProp="label"
          placeholder={t("skillGroupsPlaceholder")}
        />
      </Form.Item>
    </>
  );
}
