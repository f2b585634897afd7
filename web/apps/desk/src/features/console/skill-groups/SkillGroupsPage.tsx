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
import type { SkillGroup } from "../shared/wire";
import { MembersDrawer } from "./MembersDrawer";
import { SkillGroupDrawer } from "./SkillGroupDrawer";
import { skillGroupColumns } from "./skill-group-columns";
import { useSkillGroups } from "./skill-groups-data";
import { skillGroupsMessages } from "./skill-groups-messages";
import { useDeleteSkillGroup } from "./use-delete-skill-group";

/** The groups that visitors queue for, and who is in them (ADM-09). */
export function SkillGroupsPage() {
  const t = useText(skillGroupsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const query = address.filter("query");
  const groups = useSkillGroups({ query, cursor: address.cursor });
  const list = useListState(groups);
  const [form, setForm] = useState<{ group?: SkillGroup }>();
  const [opened, setOpened] = useState<SkillGroup>();
  const onDelete = useDeleteSkillGroup();

  const columns = skillGroupColumns({
    t,
    shared,
    onEdit: (group) => setForm({ group }),
    onMembers: setOpened,
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
      action={add}
      filters={<SearchBox value={query} label={t("search")} onSearch={(text) => address.setFilters({ query: text })} />}
    >
      <DataTable
        label={t("title")}
        list={list}
        columns={columns}
        rowKey={(group) => group.id}
        pager={address.pager(groups.data?.next)}
        empty={
          query === "" ? (
            <EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />
          ) : (
            <EmptyState title={t("nothingFoundTitle")} text={t("nothingFoundText")} action={clear} />
          )
        }
      />
      <SkillGroupDrawer
        isOpen={form !== undefined}
        group={form?.group}
        onClose={() => setForm(undefined)}
        onAdded={(group) => {
          setForm(undefined);
          setOpened(group);
        }}
      />
      {opened && <MembersDrawer key={opened.id} group={opened} onClose={() => setOpened(undefined)} />}
    </ConsolePage>
  );
}
