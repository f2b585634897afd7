import { translate } from "@frontdesk/ui/i18n/messages";
import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useMemo, useState } from "preact/hooks";

import { applyColour } from "./appearance";
import { Composer } from "./composer/Composer";
import { Header } from "./Header";
import { lazy } from "./lazy";
import { Log } from "./log/Log";
import type { Speech } from "./page";
import { partMissing } from "./stale";
import { ConnectionBar, NoticeBar, QueueBar, StaleBar } from "./StatusBars";
import { TextsContext, useTexts } from "./texts";
import { troubleSentence } from "./trouble";
import { useClientState } from "./use-client";
import { useFiles } from "./use-files";
import { useTitle } from "./use-title";
import type { Words } from "./words";

const Refused = lazy(() => import("./later").then((later) => later.Refused));

/** Until the channel has told its own limit, the usual one. */
const USUAL_UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

/** The visitor's page. */
export function App(props: {
  client: VisitorClient;
  speech: Speech;
  switchLanguage: () => Promise<void>;
  /** Closes the panel that this page stands in. */
  close?: () => void;
}) {
  const { language, words } = props.speech;
  const texts = useMemo(() => ({ language, t: translate<Words>(words) }), [language, words]);
  return (
    <TextsContext.Provider value={texts}>
      <Conversation {...props} />
    </TextsContext.Provider>
  );
}

type PageProps = Pick<Parameters<typeof App>[0], "client" | "switchLanguage" | "close">;

function Conversation({ client, switchLanguage, close }: PageProps) {
  const { t } = useTexts();
  const state = useClientState(client);
  const title = state.channel?.title ?? t("default_title");
  const colour = state.channel?.colour;
  useEffect(() => {
    if (colour !== undefined) applyColour(colour);
  }, [colour]);
  useTitle(state, state.phase === "refused" ? t("default_title") : title);
  if (state.phase === "refused" && state.trouble !== null)
    return (
      <>
        <StaleBar />
        <Refused trouble={state.trouble} close={close} />
      </>
    );
  return <Chat client={client} state={state} title={title} switchLanguage={switchLanguage} close={close} />;
}

function Chat(props: PageProps & { state: ClientState; title: string }) {
  const { t } = useTexts();
  const { client, state, title } = props;
  const files = useFiles(client, state.channel?.upload_max_bytes ?? USUAL_UPLOAD_MAX_BYTES);
  const [isSilent, setSilent] = useState(false);
  const troubled = state.notice === null ? files.refusal : troubleSentence(state.notice, t);
  const notice = troubled ?? (isSilent ? t("unreachable") : null);
  const dismiss = () => {
    files.dismiss();
    client.dismissNotice();
    setSilent(false);
  };
  // The words of the other language come when they are asked for.
  const switchLanguage = () => {
    props.switchLanguage().catch(() => {
      setSilent(true);
      void partMissing();
    });
  };
  return (
    <>
      <Header client={client} state={state} title={title} switchLanguage={switchLanguage} close={props.close} />
      <StaleBar />
      <ConnectionBar client={client} state={state} />
      <QueueBar state={state} />
      <NoticeBar text={notice} close={dismiss} />
      <Log client={client} state={state} title={title} />
      <Composer client={client} state={state} sendFiles={files.sendFiles} />
      {files.isOver && <DropHere />}
    </>
  );
}

function DropHere() {
  const { t } = useTexts();
  return <div class="drop-here">{t("drop_here")}</div>;
}
