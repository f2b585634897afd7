import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import { UsedBy } from "../shared/UsedBy";
import { useAskedAction } from "../shared/asked-action";
import type { ProblemDetails, StoredRatingConfig } from "../shared/wire";
import { useRatingConfigCommands } from "./rating-configs-data";
import { ratingConfigsMessages } from "./rating-configs-messages";

/** Deletes a rating config after asking; refused while channels are bound to it, which are named (R19). */
export function useDeleteRatingConfig(): (stored: StoredRatingConfig) => void {
  const t = useText(ratingConfigsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useRatingConfigCommands();
  const ask = useAskedAction();

  const inTheWay = ({ channels = [] }: ProblemDetails, name: string) => {
    if (channels.length === 0) return undefined;
    const items = channels.map(({ id, title }) => ({ id, name: title, to: "/console/channels" }));
    const text = t("inUseText", { count: channels.length });
    return { title: t("inUseTitle", { name }), content: <UsedBy text={text} items={items} /> };
  };

  return ({ id, config: { name } }) =>
    ask({
      title: t("deleteTitle", { name }),
      text: t("deleteText"),
      okText: shared("delete"),
      run: async () => {
        await commands.remove(id);
        void message.success(shared("deleted", { name }));
      },
      inTheWay: (details) => inTheWay(details, name),
    });
}
