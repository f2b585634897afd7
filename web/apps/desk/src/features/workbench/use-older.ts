import { answerOf } from "@frontdesk/api-client/client";
import { hasEarlier, type LiveSession } from "@frontdesk/live/workbench";
import type { OlderLines } from "@frontdesk/ui/react/conversation/ConversationView";
import { historyLines, type Line } from "@frontdesk/ui/react/conversation/lines";
import { useExplain } from "@frontdesk/ui/react/failure";
import { useServer } from "@frontdesk/ui/react/server";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { useLive } from "../../app/live-desk";

/** Messages of earlier sessions that one step brings (WORK-06). */
const HISTORY_STEP = 10;
/** With fewer lines than this a conversation is filled up by itself. */
const ENOUGH = 30;

interface Older {
  /** Lines of earlier sessions, above this one's. */
  lines: Line[];
  older: OlderLines;
}

/** What came before: first the rest of this session, then the visitor's earlier sessions (WORK-06). */
export function useOlder(session: LiveSession): Older {
  const { id, started_at } = session.summary;
  const explain = useExplain();
  const isComplete = !hasEarlier(session);
  const earlier = useEarlier(session);
  const history = useHistory(id, isComplete);
  const pages = history.data?.pages;
  const lines = useMemo(() => {
    const oldestFirst = [...(pages ?? [])].reverse();
    const entries = oldestFirst.flatMap((page) => page.entries);
    return historyLines(
      entries,
      oldestFirst.flatMap((page) => page.sessions),
      started_at,
    );
  }, [pages, started_at]);

  const running = isComplete ? history : earlier;
  const error = running.error;
  return {
    lines,
    older: {
      hasMore: !isComplete || history.hasNextPage,
      isLoading: isComplete ? history.isFetching : earlier.isPending,
      failure: error === null ? undefined : explain(error).message,
      load: () => {
        if (!isComplete) earlier.mutate();
        else if (history.data === undefined) void history.refetch();
        else void history.fetchNextPage();
      },
    },
  };
}

/** Older lines of the session itself; a short beginning is fetched without being asked for. */
function useEarlier(session: LiveSession) {
  const { desk } = useLive();
  const { id } = session.summary;
  const earlier = useMutation({ mutationFn: () => desk.loadEarlier(id) });
  const { mutate, reset } = earlier;
  const isShort = hasEarlier(session) && session.entries.length < ENOUGH;
  useEffect(() => {
    reset();
    if (isShort) mutate();
    // Only when another session is opened: a failure must not start the next attempt.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
  return earlier;
}

function useHistory(id: string, isWanted: boolean) {
  const server = useServer();
  return useInfiniteQuery({
    queryKey: ["history", id],
    enabled: isWanted,
    staleTime: Infinity,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: HISTORY_STEP, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return answerOf(server.GET("/api/v1/sessions/{id}/history", { params: { path: { id }, query }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });
}
