import { CaretRightOutlined, SearchOutlined } from "@ant-design/icons";
import { activeSessions, endedSessions, isTyping, type LiveSession } from "@frontdesk/live/workbench";
import { Placeholder } from "@frontdesk/ui/react/Placeholder";
import { useText } from "@frontdesk/ui/react/language";
import { App, Button } from "antd";
import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import type { KeyboardEvent, ReactNode } from "react";

import { useDeskState, useLive } from "../../app/live-desk";
import { useCommand } from "../../app/use-command";
import { QueueCounts } from "./QueueCounts";
import { SessionRow } from "./SessionRow";
import { matches } from "./session-words";
import { useNow } from "./use-now";
import { useSessionCommands } from "./use-session-commands";
import { workbenchMessages } from "./workbench-messages";

/** How often relative times and typing signs are looked at again, in milliseconds. */
const REFRESH_MS = 2_000;

const LOADING_BARS = [50, 65, 40, 60, 45];

interface SessionListProps {
  selected: string | undefined;
  onSelect: (id: string) => void;
  /** Arrow keys choose without leaving the list. */
  onMove: (id: string) => void;
}

/** The agent's sessions: queues, in service, ended (WORK-02, WORK-03, WORK-21). */
export function SessionList({ selected, onSelect, onMove }: SessionListProps) {
  const t = useText(workbenchMessages);
  const { workbench } = useDeskState();
  const [query, setQuery] = useState("");
  const [isEndedOpen, setEndedOpen] = useState(true);
  const active = useMemo(
    () => activeSessions(workbench).filter((session) => matches(session, query)),
    [workbench, query],
  );
  const ended = useMemo(
    () => endedSessions(workbench).filter((session) => matches(session, query)),
    [workbench, query],
  );
  const complete = useComplete();

  if (workbench.cursor === undefined) {
    return <Placeholder label={t("loading")} hasMark bars={LOADING_BARS} />;
  }
  const isEmpty = active.length + ended.length === 0;
  const tabStop = [...active, ...ended].some(({ summary }) => summary.id === selected)
    ? selected
    : (active[0] ?? ended[0])?.summary.id;
  const rows = { selected, tabStop, onSelect };
  return (
    <div className="session-list" onKeyDown={(event) => moveByKey(event, onMove)}>
      <div className="session-search">
        <SearchOutlined aria-hidden />
        <input
          type="search"
          value={query}
          maxLength={100}
          placeholder={t("search")}
          aria-label={t("search")}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <div className="session-scroller">
        <QueueCounts queues={workbench.queues} />
        <section aria-label={t("inService")}>
          <h2 className="list-heading">
            {t("inService")} <span className="list-count">({active.length})</span>
          </h2>
          <Rows {...rows} sessions={active} />
        </section>
        {isEmpty && <EmptyList query={query} />}
        {ended.length > 0 && (
          <section aria-label={t("ended")}>
            <h2 className="list-heading">
              <button type="button" aria-expanded={isEndedOpen} onClick={() => setEndedOpen(!isEndedOpen)}>
                <CaretRightOutlined rotate={isEndedOpen ? 90 : 0} aria-hidden />
                {t("ended")} <span className="list-count">({ended.length})</span>
              </button>
              <Button type="link" size="small" onClick={complete.all}>
                {t("completeAll")}
              </Button>
            </h2>
            {isEndedOpen && <Rows {...rows} sessions={ended} onComplete={complete.one} />}
          </section>
        )}
      </div>
    </div>
  );
}

interface RowsProps {
  sessions: readonly LiveSession[];
  selected: string | undefined;
  tabStop: string | undefined;
  onSelect: (id: string) => void;
  onComplete?: (id: string) => void;
}

function Rows({ sessions, selected, tabStop, onSelect, onComplete }: RowsProps): ReactNode {
  const now = useNow(REFRESH_MS);
  const { drafts, uploads } = useLive();
  const { outbox } = useDeskState();
  const texts = useSyncExternalStore(drafts.subscribe, drafts.texts);
  const files = useSyncExternalStore(uploads.subscribe, uploads.items);
  const failed = useMemo(
    () =>
      new Set([...outbox, ...files].filter(({ trouble }) => trouble !== undefined).map(({ session_id }) => session_id)),
    [outbox, files],
  );
  return (
    <ul>
      {sessions.map((session) => (
        <SessionRow
          key={session.summary.id}
          session={session}
          isSelected={session.summary.id === selected}
          isTabStop={session.summary.id === tabStop}
          draft={texts.get(session.summary.id) ?? ""}
          hasFailed={failed.has(session.summary.id)}
          isTyping={isTyping(session, now)}
          now={Math.floor(now / 20_000) * 20_000 + 20_000}
          onSelect={onSelect}
          {...(onComplete === undefined ? {} : { onComplete })}
        />
      ))}
    </ul>
  );
}

/** Arrow keys go through the rows that are shown. */
function moveByKey(event: KeyboardEvent<HTMLElement>, onMove: (id: string) => void): void {
  const steps: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const step = steps[event.key];
  const isRow = event.target instanceof HTMLElement && event.target.matches(".session-link");
  if (step === undefined || !isRow || event.altKey) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".session-link")];
  const index = rows.findIndex((row) => row === event.target) + step;
  const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
  row?.focus();
  const id = row?.dataset["session"];
  if (id !== undefined) onMove(id);
}

/** Puts ended sessions away; all of them only after a question. */
function useComplete() {
  const t = useText(workbenchMessages);
  const { modal } = App.useApp();
  const { workbench } = useDeskState();
  const commands = useSessionCommands();
  const one = useCommand(commands.complete).run;
  const runAll = useCommand(commands.completeAll).run;
  const count = endedSessions(workbench).length;
  const all = useCallback(() => {
    modal.confirm({
      title: t("completeAllTitle", { count }),
      content: t("completeAllText"),
      okText: t("completeAll"),
      cancelText: t("cancel"),
      onOk: () => runAll(),
    });
  }, [modal, t, count, runAll]);
  return { one, all };
}

function EmptyList({ query }: { query: string }) {
  const t = useText(workbenchMessages);
  const { me } = useDeskState().workbench;
  if (query.trim() !== "") return <p className="list-empty">{t("noMatch", { query: query.trim() })}</p>;
  return <p className="list-empty">{t(me?.status === "free" ? "noSessionsReady" : "noSessionsNotReady")}</p>;
}
