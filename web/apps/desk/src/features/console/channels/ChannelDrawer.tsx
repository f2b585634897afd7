import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { formMessages } from "@frontdesk/ui/react/form-messages";
import { nameRules, patternRules } from "@frontdesk/ui/react/form-rules";
import { useText } from "@frontdesk/ui/react/language";
import { App, ColorPicker, Form, Input, Radio, Select, Switch } from "antd";
import { Link } from "react-router";

import { consoleMessages } from "../console-messages";
import { useFlowChoices, useRatingConfigChoices } from "../shared/choices";
import { CHANNEL_KEY, DEFAULT_COLOUR, isWebsite, LIMITS } from "../shared/limits";
import type { Channel, NewChannel } from "../shared/wire";
import { useChannelCommands } from "./channels-data";
import { channelsMessages } from "./channels-messages";

interface ChannelDrawerProps {
  isOpen: boolean;
  /** The channel to change; a new one when there is none. */
  channel: Channel | undefined;
  onClose: () => void;
}

/** What a new channel begins with. */
const NEW_CHANNEL: Partial<NewChannel> = {
  colour: DEFAULT_COLOUR,
  requires_identity: false,
  launcher_side: "right",
  launcher_text: "",
  websites: [],
};

/** Adds or changes a website channel (CHAN-01, CHAN-04). */
export function ChannelDrawer({ isOpen, channel, onClose }: ChannelDrawerProps) {
  const t = useText(channelsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useChannelCommands();

  const save = async (values: NewChannel, commandKey: string) => {
    const { key, rating_config_id, ...rest } = values;
    const rated = { ...rest, ...(rating_config_id ? { rating_config_id } : {}) };
    const body = { ...rated, title: rest.title.trim(), launcher_text: (rest.launcher_text ?? "").trim() };
    // A cleared choice ends the binding, where one that is left out would keep it.
    if (channel) await commands.change(channel.id, { ...body, rating_config_id: rating_config_id ?? null });
    else await commands.add({ ...body, ...(key ? { key } : {}) }, commandKey);
    void message.success(shared("saved"));
    onClose();
  };

  return (
    <FormDrawer<NewChannel>
      title={channel ? t("editTitle", { name: channel.title }) : t("addTitle")}
      isOpen={isOpen}
      initialValues={channel ? fieldsOf(channel) : NEW_CHANNEL}
      saveLabel={channel ? shared("save") : t("add")}
      onSave={save}
      onClose={onClose}
    >
      <ChannelFields isNew={!channel} />
    </FormDrawer>
  );
}

function ChannelFields({ isNew }: { isNew: boolean }) {
  const t = useText(channelsMessages);
  const check = useText(formMessages);
  const flows = useFlowChoices();
  const ratings = useRatingConfigChoices();
  const { min, max } = LIMITS.name;
  const hasNoFlow = !flows.isLoading && flows.options.length === 0;
  return (
    <>
      <Form.Item<NewChannel> name="title" label={t("name")} extra={t("titleHelp")} rules={nameRules(check, min, max)}>
        <Input autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item<NewChannel>
        name="flow_id"
        label={t("flow")}
        extra={
          hasNoFlow ? (
            <>
              {t("noFlowYet")} <Link to="/console/flows">{t("makeFlow")}</Link>
            </>
          ) : (
            t("flowHelp")
          )
        }
        rules={[{ required: true, message: t("flowRequired") }]}
      >
        <Select
          showSearch={{ optionFilterProp: "label" }}
          loading={flows.isLoading}
          options={flows.options}
          placeholder={t("flowPlaceholder")}
        />
      </Form.Item>
      <Form.Item<NewChannel> name="rating_config_id" label={t("rating")} extra={t("ratingHelp")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          loading={ratings.isLoading}
          options={ratings.options}
          placeholder={t("noRating")}
        />
      </Form.Item>
      <Form.Item<NewChannel>
        name="colour"
        label={t("colour")}
        extra={t("colourHelp")}
        getValueFromEvent={(colour: { toHexString: () => string }) => colour.toHexString()}
      >
        <ColorPicker disabledAlpha showText />
      </Form.Item>
      {isNew && (
        <Form.Item<NewChannel>
          name="key"
          label={t("key")}
          extra={t("keyHelp")}
          rules={patternRules(CHANNEL_KEY, t("keyRule"))}
        >
          <Input autoComplete="off" prefix="/chat/" />
        </Form.Item>
      )}
      <Form.Item<NewChannel>
        name="websites"
        label={t("websites")}
        extra={t("websitesHelp")}
        rules={[
          {
            validator: (_rule, websites: string[] | undefined) =>
              (websites ?? []).every(isWebsite) ? Promise.resolve() : Promise.reject(new Error(t("websitesRule"))),
          },
        ]}
      >
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[" ", ",", "\n"]}
          placeholder="https://www.example.com"
        />
      </Form.Item>
      <Form.Item<NewChannel>
        name="launcher_text"
        label={t("launcherText")}
        extra={t("launcherTextHelp")}
        rules={[{ max: LIMITS.launcherTextChars, message: t("launcherTextRule") }]}
      >
        <Input autoComplete="off" maxLength={LIMITS.launcherTextChars} showCount />
      </Form.Item>
      <Form.Item<NewChannel> name="launcher_side" label={t("launcherSide")}>
        <Radio.Group
          options={[
            { value: "right", label: t("sideRight") },
            { value: "left", label: t("sideLeft") },
          ]}
        />
      </Form.Item>
      <Form.Item<NewChannel> name="requires_identity" label={t("requiresIdentity")} extra={t("requiresIdentityHelp")}>
        <Switch />
      </Form.Item>
    </>
  );
}

function fieldsOf({ flow, rating_config: rating, ...channel }: Channel): NewChannel {
  const { title, colour, requires_identity, launcher_side, launcher_text, websites } = channel;
  const rated = rating === undefined ? {} : { rating_config_id: rating.id };
  return { title, colour, flow_id: flow.id, ...rated, requires_identity, launcher_side, launcher_text, websites };
}
