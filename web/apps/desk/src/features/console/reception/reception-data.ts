import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import type { ReceptionSettings } from "../shared/wire";

const KEY = ["reception"];

/** How the contact centre receives visitors. */
export function useReception() {
  const server = useServer();
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/reception-settings", { signal })),
  });
}

/** Sets all of it; the answer is what the page shows from then on. */
export function useSetReception() {
  const server = useServer();
  const queries = useQueryClient();
  return async (body: ReceptionSettings, key: string) => {
    const headers = { [IDEMPOTENCY_KEY]: key };
    queries.setQueryData(KEY, await answerOf(server.PUT("/api/v1/reception-settings", { body, headers })));
  };
}
