import { PlusOutlined } from "@ant-design/icons";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { useText } from "@frontdesk/ui/react/language";
import { App, Button } from "antd";
import { useState } from "react";

import { useCommand } from "../../../app/use-command";
import { consoleMessages } from "../console-messages";
import { ConsolePage } from "../shared/ConsolePage";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { StoredRatingConfig } from "../shared/wire";
import { RatingConfigDrawer } from "./RatingConfigDrawer";
import { ratingConfigColumns } from "./rating-config-columns";
import { useRatingConfigCommands, useRatingConfigs } from "./rating-configs-data";
import { ratingConfigsMessages } from "./rating-configs-messages";
import { useDeleteRatingConfig } from "./use-delete-rating-config";

/** How sessions may be rated (ADM-12). */
export function RatingConfigsPage() {
  const t = useText(ratingConfigsMessages);
  const shared = useText(consoleMessages);
  const { message } = App.useApp();
  const address = useListAddress();
  const configs = useRatingConfigs(address.cursor);
  const list = useListState(configs);
  const commands = useRatingConfigCommands();
  const [form, setForm] = useState<{ stored?: StoredRatingConfig }>();
  const onDelete = useDeleteRatingConfig();
  const copy = useCommand(async ({ id, config }: StoredRatingConfig) => {
    const copied = await commands.copy(id, t("copyName", { name: config.name }));
    void message.success(t("copied", { name: copied.config.name }));
  });

  const columns = ratingConfigColumns({
    t,
    shared,
    onEdit: (stored) => setForm({ stored }),
    onCopy: copy.run,
    onDelete,
  });
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
        rowKey={(stored) => stored.id}
        pager={address.pager(configs.data?.next)}
        empty={<EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />}
      />
      <RatingConfigDrawer isOpen={form !== undefined} stored={form?.stored} onClose={() => setForm(undefined)} />
    </ConsolePage>
  );
}
