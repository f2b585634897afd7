import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import type { Column } from "@frontdesk/ui/react/DataTable";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import type { Words } from "@frontdesk/ui/react/language";
import { Button, Flex, Tooltip, Typography } from "antd";

import type { consoleMessages } from "../console-messages";
import type { SkillGroup } from "../shared/wire";
import type { skillGroupsMessages } from "./skill-groups-messages";

interface SkillGroupColumnsInput {
  t: Words<typeof skillGroupsMessages>;
  shared: Words<typeof consoleMessages>;
  onEdit: (group: SkillGroup) => void;
  onMembers: (group: SkillGroup) => void;
  onDelete: (group: SkillGroup) => void;
}

/** What the list of skill groups shows, and what can be done with each. */
export function skillGroupColumns(input: SkillGroupColumnsInput): Column<SkillGroup>[] {
  const { t, shared, onEdit, onMembers, onDelete } = input;
  return [
    {
      key: "name",
      title: t("name"),
      isName: true,
      render: (group) => <Typography.Text strong>{group.name}</Typography.Text>,
    },
    { key: "id", title: t("id"), render: (group) => <ShortId id={group.id} /> },
    {
      key: "reception_limit",
      title: <Tooltip title={t("receptionLimitHelp")}>{t("receptionLimit")}</Tooltip>,
      render: (group) => group.reception_limit,
    },
    {
      key: "members",
      title: t("members"),
      render: (group) => (
        <Button type="link" size="small" className="console-link" onClick={() => onMembers(group)}>
          {t("memberCount", { count: group.member_count })}
        </Button>
      ),
    },
    { key: "waiting", title: t("waiting"), render: (group) => group.waiting },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (group) => (
        <RowMenu
          label={shared("moreActions", { name: group.name })}
          primary={{ label: t("manageMembers"), onClick: () => onMembers(group) }}
          items={[
            { key: "edit", label: shared("edit"), onClick: () => onEdit(group) },
            { key: "delete", label: shared("delete"), isDanger: true, onClick: () => onDelete(group) },
          ]}
        />
      ),
    },
  ];
}

/** An id whose middle is left out for the eye, and whole on the clipboard. */
function ShortId({ id }: { id: string }) {
  return (
    <Flex align="center">
      <Typography.Text type="secondary" code title={id}>
        {shorten(id)}
      </Typography.Text>
      <CopyButton text={id} type="text" size="small" isIconOnly />
    </Flex>
  );
}

const SHOWN_END = 6;

function shorten(id: string): string {
  const prefix = id.slice(0, id.indexOf("_") + 1);
  return id.length <= prefix.length + SHOWN_END ? id : `${prefix}…${id.slice(-SHOWN_END)}`;
}
