import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { ChannelChange, NewChannel } from "../shared/wire";

/** One page of the channels. */
export function useChannels(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.channels, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["channels", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/channels", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that changes channels. */
export function useChannelCommands() {
  const server = useServer();
  const refreshing = useRefresh("channels", "flows");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: NewChannel, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/channels", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: (id: string, body: ChannelChange) =>
      refreshing(answerOf(server.PATCH("/api/v1/channels/{id}", { ...params(id), body }))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/channels/{id}", params(id)))),
    makeIdentitySecret: (id: string) =>
      refreshing(answerOf(server.POST("/api/v1/channels/{id}/identity-secret", params(id)))),
  };
}
