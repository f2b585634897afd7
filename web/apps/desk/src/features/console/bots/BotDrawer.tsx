import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { countChars, nameRules, textRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, Button, Flex, Form, Input, Typography } from "antd";
import type { FormInstance } from "antd";
import { useState } from "react";

import { useCommand } from "../../../app/use-command";
import { consoleMessages } from "../console-messages";
import { LIMITS } from "../shared/limits";
import type { Bot, BotReply } from "../shared/wire";
import { faqOf, formOf, wordingsOf } from "./bot-form";
import type { BotForm } from "./bot-form";
import { useBotCommands } from "./bots-data";
import { botsMessages } from "./bots-messages";

interface BotDrawerProps {
  isOpen: boolean;
  /** The bot to change; a new one when there is none. */
  bot: Bot | undefined;
  onClose: () => void;
}

/** Adds or changes a bot, and asks it something before it is saved (FLOW-11). */
export function BotDrawer({ isOpen, bot, onClose }: BotDrawerProps) {
  const t = useText(botsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useBotCommands();

  const save = async (values: BotForm, key: string) => {
    if (bot) await commands.change(bot, faqOf(values));
    else await commands.add(faqOf(values), key);
    void message.success(shared("saved"));
    onClose();
  };

  return (
    <FormDrawer<BotForm>
      title={bot ? t("editTitle", { name: bot.faq.name }) : t("add")}
      isOpen={isOpen}
      isLarge
      initialValues={formOf(bot?.faq)}
      saveLabel={shared("save")}
      onSave={save}
      onClose={onClose}
    >
      {(form) => (
        <>
          <BotFields />
          <TryOut form={form} />
        </>
      )}
    </FormDrawer>
  );
}

function BotFields() {
  const t = useText(botsMessages);
  const check = useText(formMessages);
  const { min, max } = LIMITS.name;
  return (
    <>
      <Form.Item<BotForm> name="name" label={t("name")} extra={t("nameHelp")} rules={nameRules(check, min, max)}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item<BotForm>
        name="suggestion_text"
        label={t("suggestion")}
        extra={t("suggestionHelp")}
        rules={textRules(check, LIMITS.botSuggestionChars)}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Questions />
    </>
  );
}

function Questions() {
  const t = useText(botsMessages);
  const check = useText(formMessages);
  const wordings = {
    validator: (_: unknown, text: string) => {
      const found = wordingsOf(text);
      const { max, chars } = LIMITS.botWordings;
      const isFine = found.length > 0 && found.length <= max && found.every((line) => countChars(line) <= chars);
      return isFine ? Promise.resolve() : Promise.reject(new Error(t("wordingsFault")));
    },
  };
  return (
    <Form.Item label={t("questions")} extra={t("wordingsHelp")}>
      <Form.List name="questions">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }, index) => {
              const place = index + 1;
              return (
                <Flex key={key} gap="small" align="start">
                  <Form.Item name={[name, "wordings"]} rules={[wordings]} style={{ flex: 1 }}>
                    <Input.TextArea aria-label={t("wordings", { place })} autoSize={{ minRows: 2 }} />
                  </Form.Item>
                  <Form.Item
                    name={[name, "answer"]}
                    rules={[
                      { required: true, whitespace: true, message: check("required") },
                      ...textRules(check, LIMITS.textChars),
                    ]}
                    style={{ flex: 1 }}
                  >
                    <Input.TextArea aria-label={t("answer", { place })} autoSize={{ minRows: 2 }} />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<DeleteOutlined aria-hidden />}
                    aria-label={t("removeQuestion", { place })}
                    onClick={() => remove(name)}
                  />
                </Flex>
              );
            })}
            <Button
              icon={<PlusOutlined aria-hidden />}
              disabled={fields.length >= LIMITS.botQuestions}
              onClick={() => add({ wordings: "", answer: "" })}
            >
              {t("addQuestion")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

/** Asks the bot that the form describes. */
function TryOut({ form }: { form: FormInstance<BotForm> }) {
  const t = useText(botsMessages);
  const commands = useBotCommands();
  const [question, setQuestion] = useState("");
  const [reply, setReply] = useState<BotReply>();
  const ask = useCommand(async () => setReply(await commands.ask(faqOf(await form.validateFields()), question)));
  return (
    <Form.Item label={t("tryTitle")} extra={t("tryHelp")}>
      <Flex gap="small">
        <Input
          aria-label={t("tryLabel")}
          autoComplete="off"
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
          onPressEnter={(event) => {
            event.preventDefault();
            if (question.trim() !== "") ask.run();
          }}
        />
        <Button disabled={question.trim() === ""} loading={ask.isRunning} onClick={ask.run}>
          {t("ask")}
        </Button>
      </Flex>
      <Typography.Paragraph role="status">{reply && <Reply reply={reply} />}</Typography.Paragraph>
    </Form.Item>
  );
}

function Reply({ reply: { content } }: { reply: BotReply }) {
  const t = useText(botsMessages);
  if (content?.type === "text") return t("trySays", { answer: content.text });
  if (content?.type === "menu") {
    return t("trySuggests", { questions: content.items.map((item) => item.content).join(" · ") });
  }
  return t("tryUnknown");
}
