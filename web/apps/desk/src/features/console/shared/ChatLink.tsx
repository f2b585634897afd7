import { ExportOutlined } from "@ant-design/icons";
import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Flex, Typography } from "antd";

import { channelsMessages } from "../channels/channels-messages";
import type { Channel } from "./wire";

/** The direct link of a channel's chat page, to copy or to open in another tab. */
export function ChatLink({ channel }: { channel: Pick<Channel, "title" | "url_path"> }) {
  const t = useText(channelsMessages);
  const url = new URL(channel.url_path, window.location.origin).href;
  return (
    <Flex align="center">
      <Typography.Text ellipsis title={url}>
        {channel.url_path}
      </Typography.Text>
      <CopyButton text={url} label={t("copyLink")} type="text" size="small" isIconOnly />
      <Button
        type="text"
        size="small"
        icon={<ExportOutlined aria-hidden />}
        href={url}
        target="_blank"
        rel="noopener"
        aria-label={`${t("openChat")}: ${channel.title}`}
        title={t("openChat")}
      />
    </Flex>
  );
}
