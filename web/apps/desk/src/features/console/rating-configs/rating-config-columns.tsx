import type { Column } from "@frontdesk/ui/react/DataTable";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import { Time } from "@frontdesk/ui/react/Time";
import type { Words } from "@frontdesk/ui/react/language";
import { Flex, Tag, Typography } from "antd";

import type { consoleMessages } from "../console-messages";
import type { StoredRatingConfig } from "../shared/wire";
import type { ratingConfigsMessages } from "./rating-configs-messages";

type T = Words<typeof ratingConfigsMessages>;

interface RatingConfigColumnsInput {
  t: T;
  shared: Words<typeof consoleMessages>;
  onEdit: (stored: StoredRatingConfig) => void;
  onCopy: (stored: StoredRatingConfig) => void;
  onDelete: (stored: StoredRatingConfig) => void;
}

/** What the list of rating configs shows, and what can be done with each. */
export function ratingConfigColumns(input: RatingConfigColumnsInput): Column<StoredRatingConfig>[] {
  const { t, shared, onEdit, onCopy, onDelete } = input;
  return [
    {
      key: "name",
      title: t("name"),
      isName: true,
      render: ({ config }) => <Typography.Text strong>{config.name}</Typography.Text>,
    },
    {
      key: "levels",
      title: t("levels"),
      render: ({ config }) => `${config.levels.length} · ${t(config.style)}`,
    },
    { key: "starters", title: t("starters"), render: ({ config }) => startersText(config.starters, t) },
    { key: "channels", title: t("channels"), render: (stored) => <BoundChannels t={t} stored={stored} /> },
    { key: "updated_at", title: t("updatedAt"), render: (stored) => <Time at={stored.updated_at} /> },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (stored) => (
        <RowMenu
          label={shared("moreActions", { name: stored.config.name })}
          primary={{ label: shared("edit"), onClick: () => onEdit(stored) }}
          items={[
            { key: "copy", label: t("copy"), onClick: () => onCopy(stored) },
            { key: "delete", label: shared("delete"), isDanger: true, onClick: () => onDelete(stored) },
          ]}
        />
      ),
    },
  ];
}

function startersText({ at_end, agent, visitor }: StoredRatingConfig["config"]["starters"], t: T): string {
  const said = [at_end && t("atEnd"), agent && t("byAgent"), visitor && t("byVisitor")].filter(
    (text) => text !== false,
  );
  return said.length === 0 ? t("nobody") : said.join(" · ");
}

function BoundChannels({ t, stored }: { t: T; stored: StoredRatingConfig }) {
  if (stored.channels.length === 0) return <Typography.Text type="secondary">{t("noChannels")}</Typography.Text>;
  return (
    <Flex gap="small" wrap>
      {stored.channels.map((channel) => (
        <Tag key={channel.id}>{channel.title}</Tag>
      ))}
    </Flex>
  );
}
