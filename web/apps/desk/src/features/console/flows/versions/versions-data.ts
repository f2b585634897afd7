import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { useRefresh } from "../../shared/use-refresh";
import type { FlowDocument } from "../../shared/wire";

const VERSIONS = 20;

/** Published versions of a flow, the newest first (FLOW-14). */
export function useFlowVersions(id: string) {
  const server = useServer();
  return useInfiniteQuery({
    queryKey: ["flow-versions", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { limit: VERSIONS, ...(cursor === undefined ? {} : { cursor }) };
      return answerOf(server.GET("/api/v1/flows/{id}/versions", { params: { path: { id }, query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    gcTime: 0,
  });
}

/** What the draft has changed since a version. */
export function useDraftChanges(id: string, version: number) {
  const server = useServer();
  return useQuery({
    queryKey: ["flow-diff", id, version],
    queryFn: ({ signal }) =>
      answerOf(server.GET("/api/v1/flows/{id}/diff", { params: { path: { id }, query: { from: version } }, signal })),
    gcTime: 0,
    staleTime: 0,
  });
}

/** What can be done with versions and files. */
export function useVersionCommands() {
  const server = useServer();
  const refreshing = useRefresh("flows", "flow-versions", "channels");
  return {
    restore: (id: string, version: number, note: string, key: string) =>
      refreshing(
        answerOf(
          server.POST("/api/v1/flows/{id}/versions/{version}/restore", {
            params: { path: { id, version } },
            body: { note },
            headers: { [IDEMPOTENCY_KEY]: key },
          }),
        ),
      ),
    importFlow: (name: string, document: FlowDocument, key: string) =>
      refreshing(
        answerOf(
          server.POST("/api/v1/flows/import", { body: { name, document }, headers: { [IDEMPOTENCY_KEY]: key } }),
        ),
      ),
  };
}

/** Where a flow is downloaded as a file: a version, or its draft (FLOW-16). */
export function fileAddress(id: string, version?: number): string {
  const address = `/api/v1/flows/${encodeURIComponent(id)}/export`;
  return version === undefined ? address : `${address}?version=${version}`;
}
