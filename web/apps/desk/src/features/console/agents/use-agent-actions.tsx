import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import { OpenSessions } from "../shared/OpenSessions";
import { useAskedAction } from "../shared/asked-action";
import type { Agent } from "../shared/wire";
import type { GivenPassword } from "./PasswordNotice";
import { useAgentCommands } from "./agents-data";
import { agentsMessages } from "./agents-messages";

/** What can be done with an agent beside editing. */
export interface AgentActions {
  onResetPassword: (agent: Agent) => void;
  onForceOffline: (agent: Agent) => void;
  onRestore: (agent: Agent) => void;
  onDelete: (agent: Agent) => void;
}

/** Asks before each action what it will do; a new password is handed to `onGiven`. */
export function useAgentActions(onGiven: (given: GivenPassword) => void): AgentActions {
  const t = useText(agentsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useAgentCommands();
  const ask = useAskedAction();

  return {
    onResetPassword: (agent) =>
      ask({
        title: t("resetTitle", { name: agent.name }),
        text: t("resetText", { email: agent.email }),
        okText: t("resetPassword"),
        run: async () => {
          const { password_mail: mail } = await commands.resetPassword(agent.id);
          onGiven({ agent, mail, isNew: false });
        },
      }),
    onForceOffline: (agent) =>
      ask({
        title: t("forceOfflineTitle", { name: agent.name }),
        text: t("forceOfflineText", { count: agent.load }),
        okText: t("forceOffline"),
        run: async () => {
          await commands.forceOffline(agent.id);
          void message.success(t("forcedOfflineDone", { name: agent.name }));
        },
      }),
    onRestore: (agent) =>
      ask({
        title: t("restoreTitle", { name: agent.name }),
        text: t("restoreText"),
        okText: t("restore"),
        isHarmless: true,
        run: async () => {
          await commands.restore(agent.id);
          void message.success(t("restored", { name: agent.name }));
        },
      }),
    onDelete: (agent) =>
      ask({
        title: t("deleteTitle", { name: agent.name }),
        text: t("deleteText"),
        okText: shared("delete"),
        run: async () => {
          await commands.remove(agent.id);
          void message.success(shared("deleted", { name: agent.name }));
        },
        inTheWay: ({ sessions = [] }) =>
          sessions.length === 0
            ? undefined
            : {
                title: shared("openSessionsTitle", { name: agent.name }),
                content: <OpenSessions sessions={sessions} hint={t("offlineFirst")} />,
              },
      }),
  };
}
