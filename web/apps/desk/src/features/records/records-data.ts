import { answerOf } from "@frontdesk/api-client/client";
import type { components } from "@frontdesk/api-client/schema";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

export type SessionSummary = components["schemas"]["SessionSummary"];

const RECORDS = 30;
const LINES = 50;

/** Own ended sessions, newest first. */
export function useRecords(query: string) {
  const server = useServer();
  return useInfiniteQuery({
    queryKey: ["records", query],
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) => {
      const asked = {
        state: "ended" as const,
        limit: RECORDS,
        ...(query === "" ? {} : { query }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      return answerOf(server.GET("/api/v1/sessions", { params: { query: asked }, signal }));
    },
    getNextPageParam: (page) => page.next,
  });
}

/** One own session. */
export function useRecord(id: string) {
  const server = useServer();
  return useQuery({
    queryKey: ["record", id],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/sessions/{id}", { params: { path: { id } }, signal })),
  });
}

/** Lines of a session, the newest first to come; each further page is older. */
export function useRecordLines(id: string) {
  const server = useServer();
  return useInfiniteQuery({
    queryKey: ["record-lines", id],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam: before_seq, signal }) => {
      const query = { limit: LINES, ...(before_seq === undefined ? {} : { before_seq }) };
      return answerOf(server.GET("/api/v1/sessions/{id}/entries", { params: { path: { id }, query }, signal }));
    },
    getNextPageParam: (page) => (page.has_more ? page.entries[0]?.seq : undefined),
  });
}
