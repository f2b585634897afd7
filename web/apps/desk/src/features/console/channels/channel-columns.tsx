import type { Column } from "@frontdesk/ui/react/DataTable";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import type { Words } from "@frontdesk/ui/react/language";
import { Flex, Tag, Typography } from "antd";

import type { consoleMessages } from "../console-messages";
import { ChatLink } from "../shared/ChatLink";
import type { Channel } from "../shared/wire";
import type { channelsMessages } from "./channels-messages";

interface ChannelColumnsInput {
  t: Words<typeof channelsMessages>;
  shared: Words<typeof consoleMessages>;
  onEdit: (channel: Channel) => void;
  onEmbed: (channel: Channel) => void;
  onSecret: (channel: Channel) => void;
  onDelete: (channel: Channel) => void;
}

/** What the list of channels shows, and what can be done with each. */
export function channelColumns(input: ChannelColumnsInput): Column<Channel>[] {
  const { t, shared, onEdit, onEmbed, onSecret, onDelete } = input;
  return [
    {
      key: "title",
      title: t("name"),
      isName: true,
      render: (channel) => (
        <Flex gap="small" align="center">
          <span className="console-swatch" style={{ background: channel.colour }} aria-hidden />
          <Typography.Text strong>{channel.title}</Typography.Text>
        </Flex>
      ),
    },
    { key: "link", title: t("link"), render: (channel) => <ChatLink channel={channel} /> },
    { key: "flow", title: t("flow"), render: (channel) => channel.flow.name },
    { key: "rating", title: t("rating"), render: (channel) => channel.rating_config?.name ?? t("noRating") },
    { key: "identity", title: t("identity"), render: (channel) => <Identity t={t} channel={channel} /> },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (channel) => (
        <RowMenu
          label={shared("moreActions", { name: channel.title })}
          primary={{ label: shared("edit"), onClick: () => onEdit(channel) }}
          items={[
            { key: "embed", label: t("embed"), onClick: () => onEmbed(channel) },
            { key: "secret", label: t("identitySecret"), onClick: () => onSecret(channel) },
            { key: "delete", label: shared("delete"), isDanger: true, onClick: () => onDelete(channel) },
          ]}
        />
      ),
    },
  ];
}

function Identity({ t, channel }: { t: ChannelColumnsInput["t"]; channel: Channel }) {
  if (channel.requires_identity && !channel.has_identity_secret) {
    return (
      <Tag color="warning" title={t("identityUnsignedHelp")}>
        {t("identityUnsigned")}
      </Tag>
    );
  }
  if (channel.requires_identity) return <Tag color="blue">{t("identityRequired")}</Tag>;
  if (channel.has_identity_secret) return <Tag>{t("identityPossible")}</Tag>;
  return <Typography.Text type="secondary">{t("identityOff")}</Typography.Text>;
}
