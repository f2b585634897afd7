import { PlusOutlined } from "@ant-design/icons";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useState } from "react";

import { consoleMessages } from "../console-messages";
import { ConsolePage } from "../shared/ConsolePage";
import { useSkillGroupChoices } from "../shared/choices";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { Flow } from "../shared/wire";
import { FlowDrawer } from "./FlowDrawer";
import { flowColumns } from "./flow-columns";
import { useFlows } from "./flows-data";
import { flowsMessages } from "./flows-messages";
import { useDeleteFlow } from "./use-delete-flow";

/** What visitors go through, in the built-in shape: greet, queue to a group, end (FLOW-07, FLOW-12). */
export function FlowsPage() {
  const t = useText(flowsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const flows = useFlows(address.cursor);
  const list = useListState(flows);
  const groups = useSkillGroupChoices();
  const [form, setForm] = useState<{ flow?: Flow }>();
  const onDelete = useDeleteFlow();

  const columns = flowColumns({ t, shared, groups, onEdit: (flow) => setForm({ flow }), onDelete });
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
        rowKey={(flow) => flow.id}
        pager={address.pager(flows.data?.next)}
        empty={<EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />}
      />
      <FlowDrawer isOpen={form !== undefined} flow={form?.flow} onClose={() => setForm(undefined)} />
    </ConsolePage>
  );
}
