import { useText } from "@frontdesk/ui/react/language";
import { Card, Flex, Typography } from "antd";

import { ChatLink } from "../shared/ChatLink";
import type { Channel } from "../shared/wire";
import { overviewMessages } from "./overview-messages";

/** The links that visitors open. */
export function ChatPages({ channels }: { channels: readonly Channel[] }) {
  const t = useText(overviewMessages);
  return (
    <Card title={t("chatPages")}>
      <Flex vertical gap="middle">
        <Typography.Text type="secondary">{t("chatPagesText")}</Typography.Text>
        {channels.map((channel) => (
          <Flex key={channel.id} justify="space-between" align="center" gap="middle" wrap>
            <Flex gap="small" align="center">
              <span className="console-swatch" style={{ background: channel.colour }} aria-hidden />
              <Typography.Text strong>{channel.title}</Typography.Text>
            </Flex>
            <ChatLink channel={channel} />
          </Flex>
        ))}
      </Flex>
    </Card>
  );
}
