import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { Time } from "@frontdesk/ui/react/Time";
import { useText } from "@frontdesk/ui/react/language";
import { Alert, Descriptions, Drawer, Flex, Typography } from "antd";
import type { ReactNode } from "react";

import type { Mail } from "../shared/wire";
import { MailStateTag, isVoid } from "./MailStateTag";
import { mailOutboxMessages } from "./mail-outbox-messages";

/** One mail; its text is there only while it is kept (T405). */
export function MailDrawer({ mail, onClose }: { mail: Mail | undefined; onClose: () => void }) {
  const t = useText(mailOutboxMessages);
  if (!mail) return null;
  const facts: { key: string; label: string; children: ReactNode }[] = [
    { key: "to", label: t("to"), children: mail.to },
    { key: "state", label: t("state"), children: <MailStateTag mail={mail} /> },
    { key: "created_at", label: t("createdAt"), children: <Time at={mail.created_at} /> },
  ];
  if (mail.finished_at !== undefined) {
    facts.push({ key: "finished_at", label: t("finishedAt"), children: <Time at={mail.finished_at} /> });
  }
  return (
    <Drawer open size="large" title={mail.subject} onClose={onClose}>
      <Flex vertical gap="middle">
        <Descriptions column={1} items={facts} />
        {mail.last_error !== undefined && !isVoid(mail) && (
          <Alert type="error" showIcon title={t("lastError")} description={mail.last_error} />
        )}
        {mail.body === undefined ? (
          <Typography.Text type="secondary">{t(isVoid(mail) ? "bodyVoid" : "bodyHidden")}</Typography.Text>
        ) : (
          <>
            <pre className="console-mail" tabIndex={0} aria-label={t("body")}>
              {mail.body}
            </pre>
            <div>
              <CopyButton text={mail.body} label={t("copyBody")} />
            </div>
          </>
        )}
      </Flex>
    </Drawer>
  );
}
