import { ImportOutlined, PlusOutlined } from "@ant-design/icons";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { SearchBox } from "@frontdesk/ui/react/SearchBox";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Flex } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

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
import { ImportDrawer } from "./ImportDrawer";
import { NameDrawer, type Naming } from "./NameDrawer";
import { useDeleteFlow } from "./use-delete-flow";
import { versionsMessages } from "./versions/versions-messages";

/** What visitors go through: the list of flows (FLOW-01). */
export function FlowsPage() {
  const t = useText(flowsMessages);
  const shared = useText(consoleMessages);
  const files = useText(versionsMessages);
  const address = useListAddress();
  const query = address.filter("query");
  const flows = useFlows({ query, cursor: address.cursor });
  const list = useListState(flows);
  const groups = useSkillGroupChoices();
  const [form, setForm] = useState<{ flow?: Flow }>();
  const [naming, setNaming] = useState<Naming>();
  const [isImporting, setImporting] = useState(false);
  const navigate = useNavigate();
  const onDelete = useDeleteFlow();

  const columns = flowColumns({
    t,
    shared,
    groups,
    onOpen: (flow) => void navigate(flow.id),
    onEdit: (flow) => setForm({ flow }),
    onRename: (flow) => setNaming({ flow, isCopy: false }),
    onCopy: (flow) => setNaming({ flow, isCopy: true }),
    onDelete,
  });
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm({})}>
      {t("add")}
    </Button>
  );

  const clear = <Button onClick={() => address.setFilters({ query: "" })}>{t("clearFilters")}</Button>;

  return (
    <ConsolePage
      title={t("title")}
      intro={t("intro")}
      action={
        <Flex gap="small">
          <Button icon={<ImportOutlined aria-hidden />} onClick={() => setImporting(true)}>
            {files("importFlow")}
          </Button>
          {add}
        </Flex>
      }
      filters={<SearchBox value={query} label={t("search")} onSearch={(text) => address.setFilters({ query: text })} />}
    >
      <DataTable
        label={t("title")}
        list={list}
        columns={columns}
        rowKey={(flow) => flow.id}
        pager={address.pager(flows.data?.next)}
        empty={
          query === "" ? (
            <EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />
          ) : (
            <EmptyState title={t("nothingFoundTitle")} text={t("nothingFoundText")} action={clear} />
          )
        }
      />
      {isImporting && <ImportDrawer onClose={() => setImporting(false)} />}
      {naming !== undefined && <NameDrawer {...naming} onClose={() => setNaming(undefined)} />}
      <FlowDrawer isOpen={form !== undefined} flow={form?.flow} onClose={() => setForm(undefined)} />
    </ConsolePage>
  );
}
