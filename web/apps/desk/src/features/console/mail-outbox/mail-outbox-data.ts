import { answerOf } from "@frontdesk/api-client/client";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";

/** One page of the mails, newest first. */
export function useMails(cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.mails, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["mails", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/mail-outbox", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
}
