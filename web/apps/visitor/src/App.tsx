import { rememberLanguage, type Language } from "@frontdesk/ui/i18n/language";
import { translator } from "@frontdesk/ui/i18n/messages";
import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useEffect, useMemo, useState } from "preact/hooks";

import { applyColour } from "./appearance";
import { Composer } from "./composer/Composer";
import { Header } from "./Header";
import { Log } from "./log/Log";
import { messages } from "./messages";
import { Refused } from "./Refused";
import { ConnectionBar, NoticeBar, QueueBar } from "./StatusBars";
import { TextsContext, useTexts } from "./texts";
import { troubleSentence } from "./trouble";
import { useClientState } from "./use-client";
import { useFiles } from "./use-files";
import { useTitle } from "./use-title";

/** Until the channel has told its own limit, the usual one. */
const USUAL_UPLOAD_MAX_BYTES = 20 * 1024 * 1024;

/** The visitor's page. */
export function App(props: {
  client: VisitorClient;
  initialLanguage: Language;
  languageChanged: (language: Language) => void;
}) {
  const [language, setLanguage] = useState(props.initialLanguage);
  const texts = useMemo(() => ({ language, t: translator(messages, language) }), [language]);
  const switchLanguage = () => {
    const other = language === "en" ? "zh-CN" : "en";
    rememberLanguage(other);
    props.languageChanged(other);
    setLanguage(other);
  };
  return (
    <TextsContext.Provider value={texts}>
      <Page client={props.client} switchLanguage={switchLanguage} />
    </TextsContext.Provider>
  );
}

function Page({ client, switchLanguage }: { client: VisitorClient; switchLanguage: () => void }) {
  const { t } = useTexts();
  const state = useClientState(client);
  const title = state.channel?.title ?? t("default_title");
  const colour = state.channel?.colour;
  useEffect(() => {
    if (colour !== undefined) applyColour(colour);
  }, [colour]);
  useTitle(state, state.phase === "refused" ? t("default_title") : title);
  if (state.phase === "refused" && state.trouble !== null) return <Refused trouble={state.trouble} />;
  return <Chat client={client} state={state} title={title} switchLanguage={switchLanguage} />;
}

function Chat(props: { client: VisitorClient; state: ClientState; title: string; switchLanguage: () => void }) {
  const { t } = useTexts();
  const { client, state, title } = props;
  const files = useFiles(client, state.channel?.upload_max_bytes ?? USUAL_UPLOAD_MAX_BYTES);
  const notice = state.notice === null ? files.refusal : troubleSentence(state.notice, t);
  const dismiss = () => {
    files.dismiss();
    client.dismissNotice();
  };
  return (
    <>
      <Header client={client} state={state} title={title} switchLanguage={props.switchLanguage} />
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
