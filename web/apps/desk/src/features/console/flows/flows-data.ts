import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY, newKey } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { FlowChange, FlowDocument, NewFlow } from "../shared/wire";

/** One page of the flows whose name holds `query`. */
export function useFlows({ query, cursor }: { query: string; cursor: string | undefined }) {
  const server = useServer();
  const asked = {
    limit: PAGE_SIZE.flows,
    ...(query === "" ? {} : { query }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return useQuery({
    queryKey: ["flows", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/flows", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that changes flows; changed settings are published as a new version (R17). */
export function useFlowCommands() {
  const server = useServer();
  const refreshing = useRefresh("flows", "channels");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: NewFlow, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/flows", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: (id: string, body: FlowChange) =>
      refreshing(answerOf(server.PATCH("/api/v1/flows/{id}", { ...params(id), body }))),
    copy: (id: string, name: string, key: string) =>
      refreshing(
        answerOf(
          server.POST("/api/v1/flows/{id}/copy", {
            ...params(id),
            body: { name },
            headers: { [IDEMPOTENCY_KEY]: key },
          }),
        ),
      ),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/flows/{id}", params(id)))),
  };
}

/** What is being edited of a flow; read once, for then it changes here. */
export function useFlowDraft(id: string) {
  const server = useServer();
  return useQuery({
    queryKey: ["flow-draft", id],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/flows/{id}/draft", { params: { path: { id } }, signal })),
    gcTime: 0,
    staleTime: Infinity,
  });
}

/** Everything that changes a draft. */
export function useDraftCommands(id: string) {
  const server = useServer();
  const refreshing = useRefresh("flows");
  return useMemo(() => {
    const params = { path: { id } };
    // The same sent again is the same command (C02).
    const saves = keyKeeper();
    const publications = keyKeeper();
    return {
      load: () => answerOf(server.GET("/api/v1/flows/{id}/draft", { params })),
      save: (document: FlowDocument, revision: number) => {
        const headers = { [IDEMPOTENCY_KEY]: saves(document, revision) };
        return answerOf(server.PUT("/api/v1/flows/{id}/draft", { params, body: { revision, document }, headers }));
      },
      publish: (revision: number, note: string) =>
        refreshing(
          answerOf(
            server.POST("/api/v1/flows/{id}/publish", {
              params,
              body: { revision, note },
              headers: { [IDEMPOTENCY_KEY]: publications(note, revision) },
            }),
          ),
        ),
    };
  }, [server, id, refreshing]);
}

/** Keys of commands: the one before as long as both parts of the command are the same. */
function keyKeeper() {
  let last: { content: unknown; revision: number; key: string } | undefined;
  return (content: unknown, revision: number) => {
    if (last === undefined || last.content !== content || last.revision !== revision) {
      last = { content, revision, key: newKey() };
    }
    return last.key;
  };
}
