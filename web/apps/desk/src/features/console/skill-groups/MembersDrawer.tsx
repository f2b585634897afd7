import { DataTable } from "@frontdesk/ui/react/DataTable";
import type { Column } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Drawer, Flex, Typography } from "antd";

import { ShownStatusTag } from "../shared/ShownStatusTag";
import { useListState } from "../shared/list-state";
import { useCursorTrail } from "../shared/use-cursor-trail";
import type { Member, SkillGroup } from "../shared/wire";
import { MemberPicker } from "./MemberPicker";
import { PrioritySelect } from "./PrioritySelect";
import { useMembers } from "./skill-groups-data";
import { skillGroupsMessages } from "./skill-groups-messages";
import { useMemberActions } from "./use-member-actions";

interface MembersDrawerProps {
  group: SkillGroup;
  onClose: () => void;
}

/** Who is in a skill group, and in which order of priority they get its sessions (ADM-09, ROUTE-02). */
export function MembersDrawer({ group, onClose }: MembersDrawerProps) {
  const t = useText(skillGroupsMessages);
  const trail = useCursorTrail();
  const members = useMembers(group.id, trail.cursor);
  const list = useListState(members);
  const actions = useMemberActions(group.id);

  const columns: Column<Member>[] = [
    { key: "agent", title: t("agent"), isName: true, render: (member) => <MemberName member={member} /> },
    {
      key: "status",
      title: t("status"),
      render: (member) => <ShownStatusTag status={member.agent.shown_status} />,
    },
    {
      key: "priority",
      title: t("priority"),
      render: (member) => (
        <PrioritySelect
          label={t("priorityOf", { name: member.agent.name })}
          value={member.priority}
          onChange={(priority) => void actions.setPriority(member.agent, priority)}
        />
      ),
    },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (member) => (
        <Button type="link" size="small" danger onClick={() => actions.askToRemove(member.agent)}>
          {t("removeMember")}
        </Button>
      ),
    },
  ];

  return (
    <Drawer open size="large" title={t("membersTitle", { name: group.name })} onClose={onClose}>
      <Flex vertical gap="middle">
        <Typography.Text type="secondary">{t("membersIntro")}</Typography.Text>
        <MemberPicker onPick={actions.add} />
        <DataTable
          label={t("membersTitle", { name: group.name })}
          list={list}
          columns={columns}
          rowKey={(member) => member.agent.id}
          pager={trail.pager(members.data?.next)}
          empty={<EmptyState title={t("noMembersTitle")} text={t("noMembersText")} />}
        />
      </Flex>
    </Drawer>
  );
}

function MemberName({ member: { agent } }: { member: Member }) {
  return (
    <Flex vertical className="console-name">
      <Typography.Text strong ellipsis>
        {agent.name}
      </Typography.Text>
      <Typography.Text type="secondary" ellipsis>
        {agent.staff_no} · {agent.email}
      </Typography.Text>
    </Flex>
  );
}
