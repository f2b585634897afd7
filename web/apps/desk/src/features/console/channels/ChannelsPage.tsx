import { PlusOutlined } from "@ant-design/icons";
import { DataTable } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { useState } from "react";

import { consoleMessages } from "../console-messages";
import { ConsolePage } from "../shared/ConsolePage";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { Channel } from "../shared/wire";
import { ChannelDrawer } from "./ChannelDrawer";
import { EmbedDialog } from "./EmbedDialog";
import { IdentitySecretDrawer } from "./IdentitySecretDrawer";
import { channelColumns } from "./channel-columns";
import { useChannels } from "./channels-data";
import { channelsMessages } from "./channels-messages";
import { useDeleteChannel } from "./use-delete-channel";

/** The places visitors come from (CHAN-01). */
export function ChannelsPage() {
  const t = useText(channelsMessages);
  const shared = useText(consoleMessages);
  const address = useListAddress();
  const channels = useChannels(address.cursor);
  const list = useListState(channels);
  const [form, setForm] = useState<{ channel?: Channel }>();
  const [signing, setSigning] = useState<Channel>();
  const [embedding, setEmbedding] = useState<Channel>();
  const onDelete = useDeleteChannel();

  const columns = channelColumns({
    t,
    shared,
    onEdit: (channel) => setForm({ channel }),
    onEmbed: setEmbedding,
    onSecret: setSigning,
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
        rowKey={(channel) => channel.id}
        pager={address.pager(channels.data?.next)}
        empty={<EmptyState title={t("emptyTitle")} text={t("emptyText")} action={add} />}
      />
      <ChannelDrawer isOpen={form !== undefined} channel={form?.channel} onClose={() => setForm(undefined)} />
      {embedding && (
        <EmbedDialog
          channel={embedding}
          onEdit={() => {
            setEmbedding(undefined);
            setForm({ channel: embedding });
          }}
          onClose={() => setEmbedding(undefined)}
        />
      )}
      {signing && <IdentitySecretDrawer key={signing.id} channel={signing} onClose={() => setSigning(undefined)} />}
    </ConsolePage>
  );
}
