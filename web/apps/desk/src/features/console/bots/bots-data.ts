import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { Bot, Faq } from "../shared/wire";

/** One page of the bots. */
export function useBots(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.bots, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["bots", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/bots", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that changes bots, and asking one that is not saved. */
export function useBotCommands() {
  const server = useServer();
  const refreshing = useRefresh("bots");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: Faq, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/bots", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: ({ id, revision }: Bot, faq: Faq) =>
      refreshing(answerOf(server.PUT("/api/v1/bots/{id}", { ...params(id), body: { revision, faq } }))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/bots/{id}", params(id)))),
    ask: (faq: Faq, question: string) => answerOf(server.POST("/api/v1/bot-trials", { body: { faq, question } })),
  };
}
