import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules, numberRules, textRules } from "@frontdesk/ui/react/form-rules";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { App, Button, Checkbox, Flex, Form, Input, InputNumber, Radio, Switch } from "antd";

import { consoleMessages } from "../console-messages";
import { LIMITS } from "../shared/limits";
import type { RatingConfig, StoredRatingConfig } from "../shared/wire";
import { newRatingConfig } from "./rating-config-defaults";
import { useRatingConfigCommands } from "./rating-configs-data";
import { ratingConfigsMessages } from "./rating-configs-messages";

interface RatingConfigDrawerProps {
  isOpen: boolean;
  /** The config to change; a new one when there is none. */
  stored: StoredRatingConfig | undefined;
  onClose: () => void;
}

/** Adds or changes a rating config (ADM-12). */
export function RatingConfigDrawer({ isOpen, stored, onClose }: RatingConfigDrawerProps) {
  const t = useText(ratingConfigsMessages);
  const shared = useText(consoleMessages);
  const { language } = useLanguage();
  const { message } = App.useApp();
  const commands = useRatingConfigCommands();

  const save = async (values: RatingConfig, key: string) => {
    const levels = values.levels.map((level) => ({ ...level, content: level.content.trim() }));
    const body = { ...values, name: values.name.trim(), levels };
    if (stored) await commands.change(stored.id, body);
    else await commands.add(body, key);
    void message.success(shared("saved"));
    onClose();
  };

  return (
    <FormDrawer<RatingConfig>
      title={stored ? t("editTitle", { name: stored.config.name }) : t("add")}
      isOpen={isOpen}
      isLarge
      initialValues={stored?.config ?? newRatingConfig(language)}
      saveLabel={shared("save")}
      onSave={save}
      onClose={onClose}
    >
      <RatingConfigFields />
    </FormDrawer>
  );
}

function RatingConfigFields() {
  const t = useText(ratingConfigsMessages);
  const check = useText(formMessages);
  const { min, max } = LIMITS.name;
  const required = { required: true, message: check("required") };
  return (
    <>
      <Form.Item<RatingConfig> name="name" label={t("name")} extra={t("nameHelp")} rules={nameRules(check, min, max)}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item<RatingConfig> name="style" label={t("style")}>
        <Radio.Group
          options={[
            { value: "stars", label: t("stars") },
            { value: "numbers", label: t("numbers") },
          ]}
        />
      </Form.Item>
      <Levels />
      <Form.Item<RatingConfig>
        name="invitation"
        label={t("invitation")}
        rules={[required, ...textRules(check, LIMITS.ratingTextChars)]}
      >
        <Input.TextArea autoSize />
      </Form.Item>
      <Form.Item<RatingConfig>
        name="thanks"
        label={t("thanks")}
        extra={t("thanksHelp")}
        rules={textRules(check, LIMITS.ratingTextChars)}
      >
        <Input.TextArea autoSize />
      </Form.Item>
      <Form.Item<RatingConfig>
        name="valid_hours"
        label={t("validHours")}
        extra={t("validHoursHelp")}
        rules={[required, ...numberRules(check, LIMITS.ratingHours.min, LIMITS.ratingHours.max)]}
      >
        <InputNumber />
      </Form.Item>
      <Form.Item label={t("starters")}>
        {(["at_end", "agent", "visitor"] as const).map((starter) => (
          <Form.Item<RatingConfig> key={starter} name={["starters", starter]} valuePropName="checked" noStyle>
            <Checkbox>{t(STARTER_WORDS[starter])}</Checkbox>
          </Form.Item>
        ))}
      </Form.Item>
      <Form.Item<RatingConfig> name="wants_comment" label={t("wantsComment")} extra={t("wantsCommentHelp")}>
        <Switch />
      </Form.Item>
    </>
  );
}

const STARTER_WORDS = { at_end: "atEnd", agent: "byAgent", visitor: "byVisitor" } as const;

/** The levels in their order; what each is worth is said, never guessed from its place (R1). */
function Levels() {
  const t = useText(ratingConfigsMessages);
  const check = useText(formMessages);
  const { min, max } = LIMITS.name;
  const required = { required: true, message: check("required") };
  return (
    <Form.Item label={t("levels")} extra={t("levelsHelp")} required>
      <Form.List name="levels">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }, index) => {
              const place = index + 1;
              return (
                <Flex key={key} gap="small" align="start">
                  <Form.Item name={[name, "content"]} rules={nameRules(check, min, max)} style={{ flex: 1 }}>
                    <Input aria-label={t("levelText", { place })} autoComplete="off" />
                  </Form.Item>
                  <Form.Item
                    name={[name, "value"]}
                    rules={[required, ...numberRules(check, LIMITS.ratingValue.min, LIMITS.ratingValue.max)]}
                  >
                    <InputNumber aria-label={t("levelValue", { place })} />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<DeleteOutlined aria-hidden />}
                    aria-label={t("removeLevel", { place })}
                    disabled={fields.length === 1}
                    onClick={() => remove(name)}
                  />
                </Flex>
              );
            })}
            <Button
              icon={<PlusOutlined aria-hidden />}
              disabled={fields.length >= LIMITS.ratingLevels.max}
              onClick={() => add({ content: "", value: Math.min(fields.length + 1, LIMITS.ratingValue.max) })}
            >
              {t("addLevel")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
