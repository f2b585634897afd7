import { answerOf } from "@frontdesk/api-client/client";
import { IDEMPOTENCY_KEY } from "@frontdesk/api-client/idempotency";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { PAGE_SIZE, STATUS_REFRESH_MS } from "../shared/limits";
import { useRefresh } from "../shared/use-refresh";
import type { NewSkillGroup, SkillGroupChange } from "../shared/wire";

/** One page of the skill groups whose name, or whose members' name or e-mail, holds `query`. */
export function useSkillGroups({ query, cursor }: { query: string; cursor: string | undefined }) {
  const server = useServer();
  const asked = {
    limit: PAGE_SIZE.skillGroups,
    ...(query === "" ? {} : { query }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return useQuery({
    queryKey: ["skill-groups", asked],
    queryFn: ({ signal }) => answerOf(server.GET("/api/v1/skill-groups", { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: STATUS_REFRESH_MS,
  });
}

/** Everything that changes skill groups. */
export function useSkillGroupCommands() {
  const server = useServer();
  const refreshing = useRefresh("skill-groups", "agents");
  const params = (id: string) => ({ params: { path: { id } } });
  return {
    add: (body: NewSkillGroup, key: string) =>
      refreshing(answerOf(server.POST("/api/v1/skill-groups", { body, headers: { [IDEMPOTENCY_KEY]: key } }))),
    change: (id: string, body: SkillGroupChange) =>
      refreshing(answerOf(server.PATCH("/api/v1/skill-groups/{id}", { ...params(id), body }))),
    remove: (id: string) => refreshing(answerOf(server.DELETE("/api/v1/skill-groups/{id}", params(id)))),
  };
}

/** One page of a skill group's members. */
export function useMembers(groupId: string, cursor: string | undefined) {
  const server = useServer();
  const asked = { limit: PAGE_SIZE.members, ...(cursor === undefined ? {} : { cursor }) };
  return useQuery({
    queryKey: ["members", groupId, asked],
    queryFn: ({ signal }) =>
      answerOf(
        server.GET("/api/v1/skill-groups/{id}/members", {
          params: { path: { id: groupId }, query: asked },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: STATUS_REFRESH_MS,
  });
}

/** Everything that changes the members of one skill group. */
export function useMemberCommands(groupId: string) {
  const server = useServer();
  const refreshing = useRefresh("members", "skill-groups", "agents");
  const params = (agentId: string) => ({ params: { path: { id: groupId, agent_id: agentId } } });
  return {
    put: (agentId: string, priority: number) =>
      refreshing(
        answerOf(
          server.PUT("/api/v1/skill-groups/{id}/members/{agent_id}", {
            ...params(agentId),
            body: { priority },
          }),
        ),
      ),
    remove: (agentId: string) =>
      refreshing(answerOf(server.DELETE("/api/v1/skill-groups/{id}/members/{agent_id}", params(agentId)))),
  };
}
