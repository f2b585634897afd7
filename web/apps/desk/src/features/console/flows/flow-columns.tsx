import type { Column } from "@frontdesk/ui/react/DataTable";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import { Time } from "@frontdesk/ui/react/Time";
import type { Words } from "@frontdesk/ui/react/language";
import { Flex, Tag, Typography } from "antd";

import type { consoleMessages } from "../console-messages";
import type { Choices } from "../shared/choices";
import type { Flow } from "../shared/wire";
import type { flowsMessages } from "./flows-messages";

interface FlowColumnsInput {
  t: Words<typeof flowsMessages>;
  shared: Words<typeof consoleMessages>;
  /** Names of the skill groups. */
  groups: Choices;
  /** Opens the canvas. */
  onOpen: (flow: Flow) => void;
  /** Opens the form of a flow of the built-in shape. */
  onEdit: (flow: Flow) => void;
  onRename: (flow: Flow) => void;
  onCopy: (flow: Flow) => void;
  onDelete: (flow: Flow) => void;
}

/** What the list of flows shows, and what can be done with each. */
export function flowColumns(input: FlowColumnsInput): Column<Flow>[] {
  const { t, shared, groups } = input;
  const groupName = (id: string) =>
    groups.options.find((option) => option.value === id)?.label ?? (groups.isLoading ? "…" : t("unknownGroup"));
  return [
    {
      key: "name",
      title: t("name"),
      isName: true,
      render: (flow) => <Typography.Text strong>{flow.name}</Typography.Text>,
    },
    {
      key: "version",
      title: t("version"),
      render: (flow) => (flow.version === 0 ? t("neverPublished") : t("versionOf", { version: flow.version })),
    },
    {
      key: "group",
      title: t("skillGroup"),
      render: (flow) => (flow.settings === undefined ? t("byCanvas") : groupName(flow.settings.skill_group_id)),
    },
    { key: "channels", title: t("channels"), render: (flow) => <BoundChannels t={t} flow={flow} /> },
    {
      key: "edited_at",
      title: t("editedAt"),
      render: (flow) => (
        <>
          <Time at={flow.edited_at} /> {flow.editor}
        </>
      ),
    },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (flow) => (
        <RowMenu
          label={shared("moreActions", { name: flow.name })}
          primary={{ label: t("openCanvas"), onClick: () => input.onOpen(flow) }}
          items={[
            ...(flow.settings === undefined
              ? []
              : [{ key: "form", label: t("editForm"), onClick: () => input.onEdit(flow) }]),
            { key: "rename", label: t("rename"), onClick: () => input.onRename(flow) },
            { key: "copy", label: t("copy"), onClick: () => input.onCopy(flow) },
            { key: "delete", label: shared("delete"), isDanger: true, onClick: () => input.onDelete(flow) },
          ]}
        />
      ),
    },
  ];
}

function BoundChannels({ t, flow }: { t: FlowColumnsInput["t"]; flow: Flow }) {
  if (flow.channels.length === 0) return <Typography.Text type="secondary">{t("noChannels")}</Typography.Text>;
  return (
    <Flex gap="small" wrap>
      {flow.channels.map((channel) => (
        <Tag key={channel.id}>{channel.title}</Tag>
      ))}
    </Flex>
  );
}
