import { useText } from "@frontdesk/ui/react/language";
import { Tag, Tooltip } from "antd";

import type { Mail, MailState } from "../shared/wire";
import { mailOutboxMessages } from "./mail-outbox-messages";

const LOOKS = {
  kept: { colour: "blue", word: "stateKept", help: "stateKeptHelp" },
  pending: { colour: "default", word: "statePending", help: "statePendingHelp" },
  sent: { colour: "success", word: "stateSent", help: "stateSentHelp" },
  dead: { colour: "error", word: "stateDead", help: "stateDeadHelp" },
  void: { colour: "default", word: "stateVoid", help: "stateVoidHelp" },
} as const satisfies Record<MailState | "void", object>;

/** What the server writes as the error of a mail whose content no longer counts (T405). */
const SUPERSEDED = "superseded";

/** Whether a mail was not given up but taken back: a newer password took its place. */
export function isVoid(mail: Pick<Mail, "state" | "last_error">): boolean {
  return mail.state === "dead" && mail.last_error === SUPERSEDED;
}

/** How a mail stands, with what that means. */
export function MailStateTag({ mail }: { mail: Pick<Mail, "state" | "last_error"> }) {
  const t = useText(mailOutboxMessages);
  const { colour, word, help } = LOOKS[isVoid(mail) ? "void" : mail.state];
  return (
    <Tooltip title={t(help)}>
      <Tag color={colour} tabIndex={0}>
        {t(word)}
      </Tag>
    </Tooltip>
  );
}
