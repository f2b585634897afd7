import { browserStore } from "@frontdesk/live/environment";
import type { Workbench } from "@frontdesk/live/workbench";
import { useText } from "@frontdesk/ui/react/language";
import { createContext, lazy, Suspense, useContext, useEffect, useEffectEvent, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";

import { useLive } from "../../../app/live-desk";
import { lastWords, visitorName } from "../session-words";
import { usePageVisible } from "../use-page-visible";
import { sessionPath, useSelection } from "../use-selection";
import { workbenchMessages } from "../workbench-messages";
import { Chime } from "./chime";
import { dueAlerts, isSettled, unseen, type Alert } from "./news";
import { Notices, type Notice } from "./notices";
import { AlertSettings } from "./settings";
import { AlertTab } from "./tabs";

/** Seldom opened. */
const AlertsDialog = lazy(async () => ({ default: (await import("./AlertsDialog")).AlertsDialog }));

/** What alerts are made with. */
interface AlertMeans {
  settings: AlertSettings;
  chime: Chime;
  notices: Notices;
}

interface AlertsState {
  /** Opens the dialog with the switches. */
  show: () => void;
}

const AlertsContext = createContext<AlertsState | null>(null);

/** Alerts the agent to new sessions and messages (WORK-04), on whichever page of the desk they are. */
export function AlertsProvider({ agentId, children }: { agentId: string; children: ReactNode }) {
  const [tab] = useState(() => new AlertTab(agentId));
  const [means] = useState<AlertMeans>(() => ({
    settings: new AlertSettings(browserStore(), agentId),
    chime: new Chime(),
    notices: new Notices(),
  }));
  const [isOpen, setOpen] = useState(false);
  useTouches(tab, means.chime);
  useShownSession(tab);
  useNews(tab, means);
  const state = useMemo(() => ({ show: () => setOpen(true) }), []);
  return (
    <AlertsContext value={state}>
      {children}
      {isOpen && (
        <Suspense>
          <AlertsDialog settings={means.settings} chime={means.chime} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </AlertsContext>
  );
}

/** The dialog "Sounds and notifications". */
export function useAlerts(): AlertsState {
  const alerts = useContext(AlertsContext);
  if (alerts === null) throw new Error("useAlerts needs an AlertsProvider above it");
  return alerts;
}

/** A touched tab may make sounds, and is the one that alerts. */
function useTouches(tab: AlertTab, chime: Chime): void {
  useEffect(() => {
    const touched = () => {
      chime.unlock();
      tab.used();
    };
    tab.start();
    window.addEventListener("pointerdown", touched, true);
    window.addEventListener("keydown", touched, true);
    return () => {
      window.removeEventListener("pointerdown", touched, true);
      window.removeEventListener("keydown", touched, true);
      tab.stop();
      chime.stop();
    };
  }, [tab, chime]);
}

function useShownSession(tab: AlertTab): void {
  const isPageVisible = usePageVisible();
  const isWorkbench = useLocation().pathname === "/";
  const { selected } = useSelection();
  const shown = isPageVisible && isWorkbench ? selected : undefined;
  useEffect(() => tab.show(shown), [tab, shown]);
}

/** Watches the desk, and tells what is new in the ways that the agent chose. */
function useNews(tab: AlertTab, { settings, chime, notices }: AlertMeans): void {
  const { desk } = useLive();
  const navigate = useNavigate();
  const noticeOf = useNoticeOf();
  const tell = useEffectEvent((alerts: readonly Alert[]) => {
    const { sound, notification } = settings.read();
    const loud = alerts.filter(({ kind }) => sound[kind]);
    if (loud.length > 0) void chime.play(loud.some(({ kind }) => kind === "session") ? "session" : "message");
    for (const alert of alerts.filter(({ kind }) => notification[kind])) {
      const { id } = alert.session.summary;
      notices.show(id, noticeOf(alert), () => void navigate(sessionPath(id)));
    }
  });
  useEffect(() => {
    let known: Workbench | undefined;
    const look = () => {
      const { workbench } = desk.state();
      if (workbench.cursor === undefined || workbench === known) return;
      const alerts = dueAlerts(known, workbench);
      known = workbench;
      notices.keepOnly((id) => !isSettled(workbench.sessions.get(id)));
      if (alerts.length === 0 || !tab.isChosen) return;
      void tab.shown().then((shown) => tell(unseen(alerts, shown)));
    };
    look();
    const stop = desk.subscribe(look);
    return () => {
      stop();
      // What visitors wrote is nothing for whoever uses this computer next.
      notices.keepOnly(() => false);
    };
  }, [desk, tab, notices]);
}

/** The words of a notification: who, and how the message begins. */
function useNoticeOf(): (alert: Alert) => Notice {
  const t = useText(workbenchMessages);
  return ({ kind, session }) => {
    const name = visitorName(session);
    const title = kind === "session" ? t("newSessionFrom", { name }) : name;
    return { title, body: lastWords(session, t).text };
  };
}
