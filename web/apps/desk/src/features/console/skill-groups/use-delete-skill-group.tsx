import { useText } from "@frontdesk/ui/react/language";
import { App } from "antd";

import { consoleMessages } from "../console-messages";
import { OpenSessions } from "../shared/OpenSessions";
import { UsedBy } from "../shared/UsedBy";
import { useAskedAction } from "../shared/asked-action";
import type { ProblemDetails, SkillGroup } from "../shared/wire";
import { useSkillGroupCommands } from "./skill-groups-data";
import { skillGroupsMessages } from "./skill-groups-messages";

/** Deletes a skill group after asking; refused while sessions or flows need it (R19). */
export function useDeleteSkillGroup(): (group: SkillGroup) => void {
  const t = useText(skillGroupsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useSkillGroupCommands();
  const ask = useAskedAction();

  const inTheWay = ({ sessions = [], flows = [] }: ProblemDetails, name: string) => {
    if (sessions.length > 0) {
      return { title: shared("openSessionsTitle", { name }), content: <OpenSessions sessions={sessions} /> };
    }
    if (flows.length === 0) return undefined;
    const items = flows.map((flow) => ({ ...flow, to: "/console/flows" }));
    return { title: t("inUseTitle", { name }), content: <UsedBy text={t("inUseText")} items={items} /> };
  };

  return (group) =>
    ask({
      title: t("deleteTitle", { name: group.name }),
      text: t("deleteText", { count: group.member_count }),
      okText: shared("delete"),
      run: async () => {
        await commands.remove(group.id);
        void message.success(shared("deleted", { name: group.name }));
      },
      inTheWay: (details) => inTheWay(details, group.name),
    });
}
