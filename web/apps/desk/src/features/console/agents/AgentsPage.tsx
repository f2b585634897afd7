import { PlusOutlined } from "@ant-design/icons";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { SearchBox } from "@frontdesk/ui/react/SearchBox";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useState } from "react";

import { consoleMessages } from "../console-messages";
import { ConsolePage } from "../shared/ConsolePage";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { Agent } from "../shared/wire";
import { AddAgentDrawer } from "./AddAgentDrawer";
import { EditAgentDrawer } from "./EditAgentDrawer";
import { PasswordNotice } from "./PasswordNotice";
import type { GivenPassword } from "./PasswordNotice";
import { agentColumns } from "./agent-columns";
import { useAgents } from "./agents-data";
import { agentsMessages } from "./agents-messages";
import { useAgentActions } from "./use-agent-actions";

/** The people who answer visitors (ADM-02, ADM-04 to ADM-06). */
export function AgentsPage() {
  const t = useText(agentsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const query = address.filter("query");
  const agents = useAgents({ query, cursor: address.cursor });
  const list = useListState(agents);
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Agent>();
  const [given, setGiven] = useState<GivenPassword>();
  const actions = useAgentActions(setGiven);
  const columns = agentColumns({ t, shared, onEdit: setEdited, ...actions });

  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  const clear = <Button onClick={() => address.setFilters({ query: "" })}>{t("clearFilters")}</Button>;
  const filters = (
    <SearchBox value={query} label={t("search")} onSearch={(text) => address.setFilters({ query: text })} />
  );

  return (
    <ConsolePage title={t("title")} intro={t("intro")} action={add} filters={filters}>
      <DataTable
        label={t("title")}
        list={list}
        columns={columns}
        rowKey={(agent) => agent.id}
        pager={address.pager(agents.data?.next)}
        empty={
          query === "" ? (
            <EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />
          ) : (
            <EmptyState title={t("nothingFoundTitle")} text={t("nothingFoundText")} action={clear} />
          )
        }
      />
      <AddAgentDrawer
        isOpen={isAdding}
        onClose={() => setAdding(false)}
        onAdded={(password) => {
          setAdding(false);
          setGiven(password);
        }}
      />
      <EditAgentDrawer agent={edited} onClose={() => setEdited(undefined)} />
      <PasswordNotice
        given={given}
        onClose={() => setGiven(undefined)}
        onAddAnother={() => {
          setGiven(undefined);
          setAdding(true);
        }}
      />
    </ConsolePage>
  );
}
