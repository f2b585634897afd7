import { answerOf } from "@frontdesk/api-client/client";
import { useServer } from "@frontdesk/ui/react/server";
import { useMemo } from "react";

/** What one can do with a session besides talking. Each fails with a `ProblemError`. */
export function useSessionCommands() {
  const server = useServer();
  return useMemo(() => {
    const params = (id: string) => ({ params: { path: { id } } });
    return {
      /** ROUTE-14. */
      end: (id: string) => answerOf(server.POST("/api/v1/sessions/{id}/end", params(id))),
      /** WORK-14. */
      inviteRating: (id: string) => answerOf(server.POST("/api/v1/sessions/{id}/rating-invitation", params(id))),
      /** WORK-21. */
      complete: (id: string) => answerOf(server.POST("/api/v1/sessions/{id}/complete", params(id))),
      /** WORK-21. */
      completeAll: () => answerOf(server.POST("/api/v1/sessions/complete-all")),
    };
  }, [server]);
}
