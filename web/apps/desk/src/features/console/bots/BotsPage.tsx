import { PlusOutlined } from "@ant-design/icons";
import type { Column } from "@frontdesk/ui/react/DataTable";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { RowMenu } from "@frontdesk/ui/react/RowMenu";
import { Time } from "@frontdesk/ui/react/Time";
import { useText } from "@frontdesk/ui/react/language";
import { App, Button, Typography } from "antd";
import { useState } from "react";

import { consoleMessages } from "../console-messages";
import { ConsolePage } from "../shared/ConsolePage";
import { FlowTags } from "../shared/FlowTags";
import { UsedBy } from "../shared/UsedBy";
import { useAskedAction } from "../shared/asked-action";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { Bot } from "../shared/wire";
import { BotDrawer } from "./BotDrawer";
import { useBotCommands, useBots } from "./bots-data";
import { botsMessages } from "./bots-messages";

/** Bots that answer in flows (FLOW-11). */
export function BotsPage() {
  const t = useText(botsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const bots = useBots(address.cursor);
  const list = useListState(bots);
  const [form, setForm] = useState<{ bot?: Bot }>();
  const onDelete = useDeleteBot();

  const columns: Column<Bot>[] = [
    {
      key: "name",
      title: t("name"),
      isName: true,
      render: ({ faq }) => <Typography.Text strong>{faq.name}</Typography.Text>,
    },
    {
      key: "questions",
      title: t("questions"),
      render: ({ faq }) => t("questionsCount", { count: faq.questions.length }),
    },
    { key: "flows", title: t("flows"), render: ({ flows }) => <FlowTags flows={flows} none={t("noFlows")} /> },
    { key: "updated_at", title: t("updatedAt"), render: (bot) => <Time at={bot.updated_at} /> },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (bot) => (
        <RowMenu
          label={shared("moreActions", { name: bot.faq.name })}
          primary={{ label: shared("edit"), onClick: () => setForm({ bot }) }}
          items={[{ key: "delete", label: shared("delete"), isDanger: true, onClick: () => onDelete(bot) }]}
        />
      ),
    },
  ];
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm({})}>
      {t("add")}
    </Button>
  );

  return (
    <ConsolePage title={t("title")} intro={t("intro")} action={add}>
      <DataTable
        label={t("title")}
        list={list}
        columns={columns}
        rowKey={(bot) => bot.id}
        pager={address.pager(bots.data?.next)}
        empty={<EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />}
      />
      <BotDrawer isOpen={form !== undefined} bot={form?.bot} onClose={() => setForm(undefined)} />
    </ConsolePage>
  );
}

/** Deletes a bot after asking; refused while flows use it, which are named (R19). */
function useDeleteBot(): (bot: Bot) => void {
  const t = useText(botsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useBotCommands();
  const ask = useAskedAction();
  return ({ id, faq: { name } }) =>
    ask({
      title: t("deleteTitle", { name }),
      text: t("deleteText"),
      okText: shared("delete"),
      run: async () => {
        await commands.remove(id);
        void message.success(shared("deleted", { name }));
      },
      inTheWay: ({ flows = [] }) => {
        if (flows.length === 0) return undefined;
        const items = flows.map((flow) => ({ ...flow, to: "/console/flows" }));
        const text = t("inUseText", { count: flows.length });
        return { title: t("inUseTitle", { name }), content: <UsedBy text={text} items={items} /> };
      },
    });
}
