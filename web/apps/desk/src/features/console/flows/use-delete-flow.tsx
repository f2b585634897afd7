import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import { UsedBy } from "../shared/UsedBy";
import { useAskedAction } from "../shared/asked-action";
import type { Flow, ProblemDetails } from "../shared/wire";
import { useFlowCommands } from "./flows-data";
import { flowsMessages } from "./flows-messages";

/** Deletes a flow after asking; refused while channels use it, which are named (R19). */
export function useDeleteFlow(): (flow: Flow) => void {
  const t = useText(flowsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useFlowCommands();
  const ask = useAskedAction();

  const inTheWay = ({ channels = [] }: ProblemDetails, name: string) => {
    if (channels.length === 0) return undefined;
    const items = channels.map(({ id, title }) => ({ id, name: title, to: "/console/channels" }));
    const text = t("inUseText", { count: channels.length });
    return { title: t("inUseTitle", { name }), content: <UsedBy text={text} items={items} /> };
  };

  return (flow) =>
    ask({
      title: t("deleteTitle", { name: flow.name }),
      text: t("deleteText"),
      okText: shared("delete"),
      run: async () => {
        await commands.remove(flow.id);
        void message.success(shared("deleted", { name: flow.name }));
      },
      inTheWay: (details) => inTheWay(details, flow.name),
    });
}
