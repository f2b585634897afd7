import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { FlowChange, NewFlow } from "../shared/wire";

/** One page of the flows. */
export function useFlows(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.flows, ...(cursor === undefined ? {} : { cursor }) };
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
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/flows/{id}", params(id)))),
  };
}
