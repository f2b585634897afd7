import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useState } from "preact/hooks";

import { Avatar } from "./Avatar";
import { CloseIcon, EndIcon } from "./Icons";
import { lazy } from "./lazy";
import { useTexts } from "./texts";

const EndDialog = lazy(() => import("./later").then((later) => later.EndDialog));

/** Title, who serves, language and the way to end. */
export function Header(props: {
  client: VisitorClient;
  state: ClientState;
  title: string;
  switchLanguage: () => void;
  close?: (() => void) | undefined;
}) {
  const { t } = useTexts();
  const { client, state, title } = props;
  const [isAsking, setAsking] = useState(false);
  const session = state.conversation.session;
  const agent = session?.stage === "active" ? session.agent : undefined;
  const isOpen = session !== null && session.stage !== "ended";
  return (
    <header class="header">
      <Avatar name={agent?.nickname ?? title} isDesk={agent === undefined} />
      <div class="header-text">
        <h1 class="title">{title}</h1>
        {agent !== undefined && (
          <p class="subtitle">{t("served_by", { name: agent.nickname, staff_no: agent.staff_no })}</p>
        )}
        {session?.stage === "ended" && <p class="subtitle">{t("session_ended")}</p>}
        {session?.stage === "in_flow" && <p class="subtitle">{t("in_flow")}</p>}
      </div>
      <button type="button" class="header-button" onClick={props.switchLanguage} aria-label={t("switch_language")}>
        {t("other_language")}
      </button>
      {isOpen && (
        <button
          type="button"
          class="header-button"
          onClick={() => setAsking(true)}
          aria-label={t("end")}
          title={t("end")}
          disabled={state.is_ending}
        >
          <EndIcon />
        </button>
      )}
      <CloseButton close={props.close} />
      {isAsking && <EndDialog end={() => client.end()} close={() => setAsking(false)} />}
    </header>
  );
}

/** Closes the panel around the page, if there is one. */
export function CloseButton({ close }: { close?: (() => void) | undefined }) {
  const { t } = useTexts();
  if (close === undefined) return null;
  return (
    <button type="button" class="header-button" onClick={close} aria-label={t("close_panel")} title={t("close_panel")}>
      <CloseIcon />
    </button>
  );
}
