import type { Column } from "@frontdesk/ui/react/DataTable";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import { Time } from "@frontdesk/ui/react/Time";
import type { Words } from "@frontdesk/ui/react/language";
import { Flex, Tag, Tooltip, Typography } from "antd";

import type { consoleMessages } from "../console-messages";
import { ShownStatusTag } from "../shared/ShownStatusTag";
import type { Agent } from "../shared/wire";
import type { agentsMessages } from "./agents-messages";
import type { AgentActions } from "./use-agent-actions";

interface AgentColumnsInput extends AgentActions {
  t: Words<typeof agentsMessages>;
  shared: Words<typeof consoleMessages>;
  onEdit: (agent: Agent) => void;
}

/** What the list of agents shows, and what can be done with each. */
export function agentColumns(input: AgentColumnsInput): Column<Agent>[] {
  const { t } = input;
  return [
    { key: "name", title: t("agent"), isName: true, render: (agent) => <AgentName t={t} agent={agent} /> },
    { key: "email", title: t("email"), render: (agent) => <Contact agent={agent} /> },
    { key: "skill_groups", title: t("skillGroups"), render: (agent) => <Groups agent={agent} /> },
    { key: "status", title: t("status"), render: (agent) => <Status t={t} agent={agent} /> },
    {
      key: "load",
      title: <Tooltip title={t("loadHelp")}>{t("load")}</Tooltip>,
      render: (agent) => t("loadOf", { load: agent.load, limit: agent.own_limit }),
    },
    {
      key: "last_sign_in",
      title: t("lastSignIn"),
      render: (agent) =>
        agent.last_sign_in_at === undefined ? (
          <Typography.Text type="secondary">{t("never")}</Typography.Text>
        ) : (
          <Time at={agent.last_sign_in_at} />
        ),
    },
    { key: "actions", title: "", isActions: true, render: (agent) => <Actions {...input} agent={agent} /> },
  ];
}

function AgentName({ t, agent }: { t: AgentColumnsInput["t"]; agent: Agent }) {
  return (
    <Flex vertical className="console-name">
      <Flex gap="small">
        <Typography.Text strong ellipsis title={agent.name}>
          {agent.name}
        </Typography.Text>
        {agent.role === "admin" && <Tag color="blue">{t("roleAdmin")}</Tag>}
      </Flex>
      <Typography.Text type="secondary" ellipsis>
        {agent.staff_no} · {agent.nickname}
      </Typography.Text>
    </Flex>
  );
}

function Contact({ agent }: { agent: Agent }) {
  return (
    <Flex vertical>
      <span>{agent.email}</span>
      {agent.phone !== undefined && <Typography.Text type="secondary">{agent.phone}</Typography.Text>}
    </Flex>
  );
}

function Groups({ agent }: { agent: Agent }) {
  return (
    <Flex gap="small" wrap className="console-tags">
      {agent.skill_groups.map((group) => (
        <Tag key={group.id} title={group.name}>
          {group.name}
        </Tag>
      ))}
    </Flex>
  );
}

function Status({ t, agent }: { t: AgentColumnsInput["t"]; agent: Agent }) {
  return (
    <Flex vertical gap="small" align="flex-start">
      {agent.is_forced_offline ? (
        <Tag color="error">{t("forcedOffline")}</Tag>
      ) : (
        <ShownStatusTag status={agent.shown_status} />
      )}
      {agent.disconnected_since !== undefined && (
        <Typography.Text type="secondary">
          <Time at={agent.disconnected_since} />
        </Typography.Text>
      )}
      {agent.must_change_password && <Tag>{t("initialPassword")}</Tag>}
    </Flex>
  );
}

function Actions(input: AgentColumnsInput & { agent: Agent }) {
  const { t, shared, agent } = input;
  const offline = agent.is_forced_offline
    ? { key: "restore", label: t("restore"), onClick: () => input.onRestore(agent) }
    : { key: "force-offline", label: t("forceOffline"), isDanger: true, onClick: () => input.onForceOffline(agent) };
  return (
    <RowMenu
      label={shared("moreActions", { name: agent.name })}
      primary={{ label: shared("edit"), onClick: () => input.onEdit(agent) }}
      items={[
        { key: "reset-password", label: t("resetPassword"), onClick: () => input.onResetPassword(agent) },
        offline,
        { key: "delete", label: shared("delete"), isDanger: true, onClick: () => input.onDelete(agent) },
      ]}
    />
  );
}
