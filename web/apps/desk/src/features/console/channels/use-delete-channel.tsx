import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import { OpenSessions } from "../shared/OpenSessions";
import { useAskedAction } from "../shared/asked-action";
import type { Channel } from "../shared/wire";
import { useChannelCommands } from "./channels-data";
import { channelsMessages } from "./channels-messages";

/** Deletes a channel after asking; refused while it has open sessions, which are listed (CHAN-01, R19). */
export function useDeleteChannel(): (channel: Channel) => void {
  const t = useText(channelsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useChannelCommands();
  const ask = useAskedAction();
  return (channel) => {
    const name = channel.title;
    ask({
      title: t("deleteTitle", { name }),
      text: t("deleteText"),
      okText: shared("delete"),
      run: async () => {
        await commands.remove(channel.id);
        void message.success(shared("deleted", { name }));
      },
      inTheWay: ({ sessions = [] }) =>
        sessions.length === 0
          ? undefined
          : { title: shared("openSessionsTitle", { name }), content: <OpenSessions sessions={sessions} /> },
    });
  };
}
