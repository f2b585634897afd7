import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules, numberRules, requiredRule } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Form, Input, InputNumber } from "antd";

import { consoleMessages } from "../console-messages";
import { LIMITS } from "../shared/limits";
import type { NewSkillGroup, SkillGroup } from "../shared/wire";
import { useSkillGroupCommands } from "./skill-groups-data";
import { skillGroupsMessages } from "./skill-groups-messages";

interface SkillGroupDrawerProps {
  isOpen: boolean;
  /** The group to change; a new one when there is none. */
  group: SkillGroup | undefined;
  onClose: () => void;
  onAdded: (group: SkillGroup) => void;
}

const USUAL_RECEPTION_LIMIT = 10;

/** Adds or changes a skill group (ADM-09). */
export function SkillGroupDrawer({ isOpen, group, onClose, onAdded }: SkillGroupDrawerProps) {
  const t = useText(skillGroupsMessages);
  const shared = useText(consoleMessages);
  const check = useText(formMessages);
  const { message } = App.useApp();
  const commands = useSkillGroupCommands();
  const { name, receptionLimit } = LIMITS;

  const save = async (values: NewSkillGroup, key: string) => {
    const body = { ...values, name: values.name.trim() };
    if (!group) {
      onAdded(await commands.add(body, key));
      return;
    }
    await commands.change(group.id, body);
    void message.success(shared("saved"));
    onClose();
  };

  return (
    <FormDrawer<NewSkillGroup>
      title={group ? t("editTitle", { name: group.name }) : t("addTitle")}
      isOpen={isOpen}
      initialValues={
        group
          ? { name: group.name, reception_limit: group.reception_limit }
          : { reception_limit: USUAL_RECEPTION_LIMIT }
      }
      saveLabel={group ? shared("save") : t("add")}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<NewSkillGroup>
        name="name"
        label={t("name")}
        extra={t("nameHelp")}
        rules={nameRules(check, name.min, name.max)}
      >
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item<NewSkillGroup>
        name="reception_limit"
        label={t("receptionLimit")}
        extra={t("receptionLimitHelp")}
        rules={[requiredRule(check), ...numberRules(check, receptionLimit.min, receptionLimit.max)]}
      >
        <InputNumber precision={0} />
      </Form.Item>
    </FormDrawer>
  );
}
