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
import type { FlowSecret } from "../shared/wire";
import { FlowSecretDrawer } from "./FlowSecretDrawer";
import { useFlowSecretCommands, useFlowSecrets } from "./flow-secrets-data";
import { flowSecretsMessages } from "./flow-secrets-messages";

/** Secrets that flows use when they call services (FLOW-09). */
export function FlowSecretsPage() {
  const t = useText(flowSecretsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const secrets = useFlowSecrets(address.cursor);
  const list = useListState(secrets);
  const [form, setForm] = useState<{ secret?: FlowSecret }>();
  const onDelete = useDeleteFlowSecret();

  const columns: Column<FlowSecret>[] = [
    {
      key: "name",
      title: t("name"),
      isName: true,
      render: ({ name }) => <Typography.Text strong>{name}</Typography.Text>,
    },
    { key: "flows", title: t("flows"), render: ({ flows }) => <FlowTags flows={flows} none={t("noFlows")} /> },
    { key: "updated_at", title: t("updatedAt"), render: (secret) => <Time at={secret.updated_at} /> },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (secret) => (
        <RowMenu
          label={shared("moreActions", { name: secret.name })}
          primary={{ label: t("replace"), onClick: () => setForm({ secret }) }}
          items={[{ key: "delete", label: shared("delete"), isDanger: true, onClick: () => onDelete(secret) }]}
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
        rowKey={(secret) => secret.id}
        pager={address.pager(secrets.data?.next)}
        empty={<EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />}
      />
      <FlowSecretDrawer isOpen={form !== undefined} secret={form?.secret} onClose={() => setForm(undefined)} />
    </ConsolePage>
  );
}

/** Deletes a secret after asking; refused while flows use it, which are named (R19). */
function useDeleteFlowSecret(): (secret: FlowSecret) => void {
  const t = useText(flowSecretsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const commands = useFlowSecretCommands();
  const ask = useAskedAction();
  return ({ id, name }) =>
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
