import { useText } from "@frontdesk/ui/react/language";
import { Button, Modal, Typography } from "antd";

import { ButtonLink } from "../shared/ButtonLink";
import type { Agent, PasswordMail } from "../shared/wire";
import { agentsMessages } from "./agents-messages";

/** A password that was just given to an agent, and how it travels. */
export interface GivenPassword {
  agent: Agent;
  mail: PasswordMail;
  /** Whether the agent is new, or the password was reset. */
  isNew: boolean;
}

interface PasswordNoticeProps {
  given: GivenPassword | undefined;
  onClose: () => void;
  onAddAnother: () => void;
}

/** Says where an initial password went: by mail, or into the mail outbox while no SMTP is set (OPS-06). */
export function PasswordNotice({ given, onClose, onAddAnother }: PasswordNoticeProps) {
  const t = useText(agentsMessages);
  if (!given) return null;
  const { agent, mail, isNew } = given;
  return (
    <Modal
      open
      title={t(isNew ? "addedTitle" : "resetDoneTitle", { name: agent.name })}
      onCancel={onClose}
      footer={
        <>
          {isNew && <Button onClick={onAddAnother}>{t("addAnother")}</Button>}
          <Button type={mail === "kept" ? "default" : "primary"} onClick={onClose}>
            {t("done")}
          </Button>
          {mail === "kept" && (
            <ButtonLink to="/console/mail-outbox" type="primary">
              {t("openOutbox")}
            </ButtonLink>
          )}
        </>
      }
    >
      <Typography.Paragraph>
        {mail === "sent"
          ? t("passwordSent", { email: agent.email })
          : t("passwordKept", { name: agent.name, email: agent.email })}
      </Typography.Paragraph>
    </Modal>
  );
}
