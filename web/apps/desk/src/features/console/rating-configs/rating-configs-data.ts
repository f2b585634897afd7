import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { RatingConfig } from "../shared/wire";

/** One page of the rating configs. */
export function useRatingConfigs(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.ratingConfigs, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["rating-configs", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/rating-configs", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything that changes rating configs. */
export function useRatingConfigCommands() {
  const server = useServer();
  const refreshing = useRefresh("rating-configs", "channels");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: RatingConfig, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/rating-configs", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: (id: string, body: RatingConfig) =>
      refreshing(answerOf(server.PUT("/api/v1/rating-configs/{id}", { ...params(id), body }))),
    copy: (id: string, name: string) =>
      refreshing(answerOf(server.POST("/api/v1/rating-configs/{id}/copy", { ...params(id), body: { name } }))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/rating-configs/{id}", params(id)))),
  };
}
