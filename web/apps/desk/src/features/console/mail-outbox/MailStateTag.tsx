import { useText } from "@frontdesk/ui/react/language";
import { Tag, Tooltip } from "antd";

import type { MailState } from "../shared/wire";
import { mailOutboxMessages } from "./mail-outbox-messages";

const LOOKS = {
  kept: { colour: "blue", word: "stateKept", help: "stateKeptHelp" },
  pending: { colour: "default", word: "statePending", help: "statePendingHelp" },
  sent: { colour: "success", word: "stateSent", help: "stateSentHelp" },
  dead: { colour: "error", word: "stateDead", help: "stateDeadHelp" },
} as const satisfies Record<MailState, object>;

/** How a mail stands, with what that means. */
export function MailStateTag({ state }: { state: MailState }) {
  const t = useText(mailOutboxMessages);
  const { colour, word, help } = LOOKS[state];
  return (
    <Tooltip title={t(help)}>
      <Tag color={colour} tabIndex={0}>
        {t(word)}
      </Tag>
    </Tooltip>
  );
}
