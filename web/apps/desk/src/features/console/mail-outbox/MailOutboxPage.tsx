import { DataTable } from "@frontdesk/ui/react/DataTable";
import type { Column } from "@frontdesk/ui/react/DataTable";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { Time } from "@frontdesk/ui/react/Time";
import { useText } from "@frontdesk/ui/react/language";
import { Alert, Button, Typography } from "antd";
import { useState } from "react";

import { ButtonLink } from "../shared/ButtonLink";
import { ConsolePage } from "../shared/ConsolePage";
import { useListState } from "../shared/list-state";
import { useListAddress } from "../shared/use-list-address";
import type { Mail } from "../shared/wire";
import { MailDrawer } from "./MailDrawer";
import { MailStateTag } from "./MailStateTag";
import { useMails } from "./mail-outbox-data";
import { mailOutboxMessages } from "./mail-outbox-messages";

/** Mails that the desk wrote, readable while no SMTP is set (OPS-06). */
export function MailOutboxPage() {
  const t = useText(mailOutboxMessages);
  const address = useListAddress();
  const mails = useMails(address.cursor);
  const list = useListState(mails);
  const [opened, setOpened] = useState<Mail>();

  const columns: Column<Mail>[] = [
    {
      key: "subject",
      title: t("subject"),
      isName: true,
      render: (mail) => <Typography.Text strong>{mail.subject}</Typography.Text>,
    },
    { key: "to", title: t("to"), render: (mail) => mail.to },
    { key: "state", title: t("state"), render: (mail) => <MailStateTag mail={mail} /> },
    { key: "created_at", title: t("createdAt"), render: (mail) => <Time at={mail.created_at} /> },
    {
      key: "actions",
      title: "",
      isActions: true,
      render: (mail) => (
        <Button type="link" size="small" onClick={() => setOpened(mail)}>
          {t("read")}
        </Button>
      ),
    },
  ];
  const hasKept = mails.data?.items.some((mail) => mail.state === "kept") ?? false;

  return (
    <ConsolePage title={t("title")} intro={t("intro")}>
      {hasKept && <Alert type="info" showIcon title={t("keptTitle")} description={t("keptText")} />}
      <DataTable
        label={t("title")}
        list={list}
        columns={columns}
        rowKey={(mail) => mail.id}
        pager={address.pager(mails.data?.next)}
        empty={
          <EmptyState
            title={t("emptyTitle")}
            text={t("emptyText")}
            action={<ButtonLink to="/console/agents">{t("addAgent")}</ButtonLink>}
          />
        }
      />
      <MailDrawer mail={opened} onClose={() => setOpened(undefined)} />
    </ConsolePage>
  );
}
