import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE, STATUS_REFRESH_MS } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { AgentChange, NewAgent } from "../shared/wire";

interface AgentsFilter {
  query: string;
  cursor: string | undefined;
}

/** One page of the agents. */
export function useAgents({ query, cursor }: AgentsFilter) {
  const server = useServer();
  const asked = {
    limit: PAGE_SIZE.agents,
    ...(query === "" ? {} : { query }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return useQuery({
    queryKey: ["agents", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/agents", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: STATUS_REFRESH_MS,
  });
}

/** Everything that changes agents; each refreshes what shows them. */
export function useAgentCommands() {
  const server = useServer();
  const refreshing = useRefresh("agents", "skill-groups", "members", "mails");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: NewAgent, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/agents", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: (id: string, body: AgentChange) =>
      refreshing(answerOf(server.PATCH("/api/v1/agents/{id}", { ...params(id), body }))),
    resetPassword: (id: string) => refreshing(answerOf(server.POST("/api/v1/agents/{id}/reset-password", params(id)))),
    forceOffline: (id: string) => refreshing(answerOf(server.POST("/api/v1/agents/{id}/force-offline", params(id)))),
    restore: (id: string) => refreshing(answerOf(server.POST("/api/v1/agents/{id}/restore", params(id)))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/agents/{id}", params(id)))),
  };
}
