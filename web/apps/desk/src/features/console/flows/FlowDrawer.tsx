import { FormDrawer } from "@frontdesk/ui/react/FormDrawer";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { Alert, App } from "antd";

import type { Flow, FlowSettings, NewFlow } from "../shared/wire";
import { FlowFields } from "./FlowFields";
import { newFlowSettings } from "./flow-defaults";
import { useFlowCommands } from "./flows-data";
import { flowsMessages } from "./flows-messages";

interface FlowDrawerProps {
  isOpen: boolean;
  /** The flow to change; a new one when there is none. */
  flow: Flow | undefined;
  onClose: () => void;
}

/** Adds a flow, or publishes a new version of one (R17). */
export function FlowDrawer({ isOpen, flow, onClose }: FlowDrawerProps) {
  const t = useText(flowsMessages);
  const { language } = useLanguage();
  const { message } = App.useApp();
  const commands = useFlowCommands();

  const save = async (values: NewFlow, key: string) => {
    const body = { name: values.name.trim(), settings: tidy(values.settings) };
    const { name, version } = flow ? await commands.change(flow.id, body) : await commands.add(body, key);
    void message.success(t("published", { name, version }));
    onClose();
  };

  return (
    <FormDrawer<NewFlow>
      title={flow ? t("editTitle", { name: flow.name }) : t("addTitle")}
      isOpen={isOpen}
      isLarge
      initialValues={
        flow?.settings ? { name: flow.name, settings: flow.settings } : { settings: newFlowSettings(language) }
      }
      saveLabel={t("publish")}
      onSave={save}
      onClose={onClose}
    >
      <Alert type="info" showIcon title={t("publishNote")} />
      <FlowFields />
    </FormDrawer>
  );
}

/** A cleared number is one that is left out. */
function tidy(settings: FlowSettings): FlowSettings {
  const { queue_limit, queue_timeout_seconds, silence_seconds, reminder_seconds, inactive_seconds, ...texts } =
    settings;
  return {
    ...texts,
    ...(typeof queue_limit === "number" ? { queue_limit } : {}),
    ...(typeof queue_timeout_seconds === "number" ? { queue_timeout_seconds } : {}),
    ...(typeof silence_seconds === "number" ? { silence_seconds } : {}),
    ...(typeof reminder_seconds === "number" ? { reminder_seconds } : {}),
    ...(typeof inactive_seconds === "number" ? { inactive_seconds } : {}),
  };
}
