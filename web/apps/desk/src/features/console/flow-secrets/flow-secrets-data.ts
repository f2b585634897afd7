import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { NewFlowSecret } from "../shared/wire";

/** One page of the secrets, without what they say. */
export function useFlowSecrets(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.flowSecrets, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["flow-secrets", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/flow-secrets", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that changes secrets. */
export function useFlowSecretCommands() {
  const server = useServer();
  const refreshing = useRefresh("flow-secrets");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: NewFlowSecret, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/flow-secrets", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    replace: (id: string, value: string) =>
      refreshing(answerOf(server.PUT("/api/v1/flow-secrets/{id}", { ...params(id), body: { value } }))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/flow-secrets/{id}", params(id)))),
  };
}
