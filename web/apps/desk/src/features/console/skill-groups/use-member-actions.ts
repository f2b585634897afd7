import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { useAskedAction } from "../shared/asked-action";
import type { Member } from "../shared/wire";
import { useMemberCommands } from "./skill-groups-data";
import { skillGroupsMessages } from "./skill-groups-messages";

type MemberAgent = Pick<Member["agent"], "id" | "name">;

interface MemberActions {
  add: (agent: MemberAgent, priority: number) => Promise<void>;
  setPriority: (agent: MemberAgent, priority: number) => Promise<void>;
  askToRemove: (agent: MemberAgent) => void;
}

/** Changes of a skill group's members; each says what it did, or why it could not. */
export function useMemberActions(groupId: string): MemberActions {
  const t = useText(skillGroupsMessages);
  const { message } = App.useApp();
  const explain = useExplain();
  const commands = useMemberCommands(groupId);
  const ask = useAskedAction();

  const put = async (agent: MemberAgent, priority: number, done: string) => {
    try {
      await commands.put(agent.id, priority);
      void message.success(done);
    } catch (error) {
      void message.error(explain(error).message);
    }
  };

  return {
    add: (agent, priority) => put(agent, priority, t("memberAdded", { name: agent.name })),
    setPriority: (agent, priority) => put(agent, priority, t("prioritySaved", { name: agent.name, priority })),
    askToRemove: (agent) =>
      ask({
        title: t("removeMemberTitle", { name: agent.name }),
        text: t("removeMemberText"),
        okText: t("removeMember"),
        run: async () => {
          await commands.remove(agent.id);
          void message.success(t("memberRemoved", { name: agent.name }));
        },
      }),
  };
}
