import { activeSessions, endedSessions } from "@frontdesk/live/workbench";
import { EmptyState } from "@frontdesk/ui/react/EmptyState";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

import { useDeskState, useLive } from "../../app/live-desk";
import { Announcer } from "./Announcer";
import { Conversation } from "./Conversation";
import { SessionList } from "./SessionList";
import { useRoom } from "./use-media";
import { useSelection } from "./use-selection";
import { VisitorPanel } from "./VisitorPanel";
import { workbenchMessages } from "./workbench-messages";
import "./workbench.css";

/** Only narrow screens need it. */
const VisitorDrawer = lazy(async () => ({ default: (await import("./VisitorDrawer")).VisitorDrawer }));

/** Where agents answer visitors (WORK-01): list, conversation, visitor; on a phone one after the other. */
export function WorkbenchPage() {
  const t = useText(workbenchMessages);
  const { isPhone, isWide } = useRoom();
  const { workbench } = useDeskState();
  const { selected, select } = useSelection();
  const [isVisitorOpen, setVisitorOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLElement>(null);
  const session = selected === undefined ? undefined : workbench.sessions.get(selected);
  const focusField = useFieldFocus(field, selected);

  const open = useCallback(
    (id: string) => {
      select(id);
      // On a phone the keyboard would cover the conversation that one wants to read first.
      if (!isPhone) focusField(id);
    },
    [select, isPhone, focusField],
  );
  const leave = useCallback(() => {
    if (isPhone) select(undefined);
    else list.current?.querySelector<HTMLElement>('.session-link[tabindex="0"]')?.focus();
  }, [isPhone, select]);
  useSwitchKeys(selected, open);
  useForgottenDrafts();

  const isListShown = !isPhone || selected === undefined;
  return (
    <main className="workbench">
      <Announcer selected={selected} />
      {isListShown && (
        <aside ref={list} className="workbench-list" aria-label={t("sessions")}>
          <SessionList selected={selected} onSelect={open} onMove={select} />
        </aside>
      )}
      {session !== undefined && (
        <Conversation
          session={session}
          isPhone={isPhone}
          field={field}
          onLeave={leave}
          {...(isPhone ? { onBack: () => select(undefined) } : {})}
          {...(isWide ? {} : { onShowVisitor: () => setVisitorOpen(true) })}
        />
      )}
      {session === undefined && (!isPhone || selected !== undefined) && (
        <NothingChosen
          isGone={selected !== undefined && workbench.cursor !== undefined}
          onBack={() => select(undefined)}
        />
      )}
      {isWide && session !== undefined && (
        <aside className="workbench-visitor" aria-label={t("visitorInfo")}>
          <VisitorPanel session={session} />
        </aside>
      )}
      {!isWide && isVisitorOpen && session !== undefined && (
        <Suspense>
          <VisitorDrawer session={session} onClose={() => setVisitorOpen(false)} />
        </Suspense>
      )}
    </main>
  );
}

/** Focuses the field where one writes: now if the session is shown already, else as soon as it is. */
function useFieldFocus(field: RefObject<HTMLTextAreaElement | null>, selected: string | undefined) {
  const wanted = useRef<string>(undefined);
  const shown = useRef<string>(undefined);
  const settle = useCallback(() => {
    if (wanted.current === undefined || wanted.current !== shown.current || field.current === null) return;
    wanted.current = undefined;
    field.current.focus({ preventScroll: true });
  }, [field]);
  useEffect(() => {
    shown.current = selected;
    settle();
  });
  return useCallback(
    (id: string) => {
      wanted.current = id;
      settle();
    },
    [settle],
  );
}

function NothingChosen({ isGone, onBack }: { isGone: boolean; onBack: () => void }) {
  const t = useText(workbenchMessages);
  return (
    <section className="conversation-pane conversation-none">
      {isGone ? (
        <EmptyState
          title={t("goneTitle")}
          text={t("goneText")}
          action={<Button onClick={onBack}>{t("toList")}</Button>}
        />
      ) : (
        <EmptyState title={t("chooseTitle")} text={t("chooseText")} />
      )}
    </section>
  );
}

/** Alt and an arrow key go to the session above or below, from wherever one writes. */
function useSwitchKeys(selected: string | undefined, open: (id: string) => void): void {
  const { desk } = useLive();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = event.altKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
      if (step === undefined) return;
      event.preventDefault();
      const { workbench } = desk.state();
      const ids = [...activeSessions(workbench), ...endedSessions(workbench)].map(({ summary }) => summary.id);
      const index = selected === undefined ? -1 : ids.indexOf(selected);
      const next = ids[Math.max(0, Math.min(ids.length - 1, index + step))];
      if (next !== undefined) open(next);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [desk, selected, open]);
}

/** Drafts of sessions that have left the list are nobody's any more. */
function useForgottenDrafts(): void {
  const { drafts } = useLive();
  const { workbench } = useDeskState();
  const isKnown = workbench.cursor !== undefined;
  const ids = [...workbench.sessions.keys()].sort().join(" ");
  useEffect(() => {
    if (isKnown) drafts.keepOnly(new Set(ids.split(" ")));
  }, [drafts, isKnown, ids]);
}
