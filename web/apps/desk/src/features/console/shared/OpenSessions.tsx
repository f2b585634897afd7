import { Time } from "@frontdesk/ui/react/Time";
import { useText } from "@frontdesk/ui/react/language";
import { Flex, Table, Typography } from "antd";

import { consoleMessages } from "../console-messages";
import type { ProblemDetails } from "./wire";

type OpenSession = NonNullable<ProblemDetails["sessions"]>[number];

/** The open sessions that stand in the way of a deletion (R19). */
export function OpenSessions({ sessions, hint }: { sessions: readonly OpenSession[]; hint?: string }) {
  const t = useText(consoleMessages);
  return (
    <Flex vertical gap="middle">
      <Typography.Text>{t("openSessionsCount", { count: sessions.length })}</Typography.Text>
      <Table<OpenSession>
        size="small"
        dataSource={[...sessions]}
        rowKey="id"
        pagination={false}
        scroll={{ y: "40vh" }}
        columns={[
          { title: t("visitor"), dataIndex: "visitor", ellipsis: true },
          { title: t("source"), dataIndex: "source", ellipsis: true },
          { title: t("startedAt"), render: (_, session) => <Time at={session.started_at} /> },
        ]}
      />
      {hint !== undefined && <Typography.Text type="secondary">{hint}</Typography.Text>}
    </Flex>
  );
}
