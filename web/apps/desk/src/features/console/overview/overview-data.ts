import { answerOf } from "@frontdesk/api-client/client";
import { useServer } from "@frontdesk/ui/react/server";
import { useQueries } from "@tanstack/react-query";

import { PAGE_SIZE } from "../shared/limits";
import type { Agent, Channel, Flow, SkillGroup } from "../shared/wire";

/** What the overview knows of the desk. */
interface Setup {
  /** Nothing until all lists have come. */
  facts: { agents: Agent[]; skillGroups: SkillGroup[]; flows: Flow[]; channels: Channel[] } | undefined;
  error: Error | null;
  isFetching: boolean;
  retry: () => void;
}

/** Two agents are enough to know that somebody was added. */
const AGENTS_ASKED = 2;
/** The first members may be in any group. */
const GROUPS_ASKED = 100;

/** Asks the lists how far the set-up is. */
export function useSetup(): Setup {
  const server = useServer();
  const page = (limit: number) => ({ params: { query: { limit } } });
  const [agents, skillGroups, flows, channels] = useQueries({
    queries: [
      {
        queryKey: ["agents", "setup"],
        queryFn: () => answerOf(server.GET("/api/v1/agents", page(AGENTS_ASKED))),
      },
      {
        queryKey: ["skill-groups", "setup"],
        queryFn: () => answerOf(server.GET("/api/v1/skill-groups", page(GROUPS_ASKED))),
      },
      { queryKey: ["flows", "setup"], queryFn: () => answerOf(server.GET("/api/v1/flows", page(1))) },
      {
        queryKey: ["channels", "setup"],
        queryFn: () => answerOf(server.GET("/api/v1/channels", page(PAGE_SIZE.channels))),
      },
    ],
  });
  const all = [agents, skillGroups, flows, channels];
  const isComplete = agents.data && skillGroups.data && flows.data && channels.data;
  return {
    facts: isComplete && {
      agents: agents.data.items,
      skillGroups: skillGroups.data.items,
      flows: flows.data.items,
      channels: channels.data.items,
    },
    error: all.find((list) => list.error)?.error ?? null,
    isFetching: all.some((list) => list.isFetching),
    retry: () => all.filter((list) => list.error).forEach((list) => void list.refetch()),
  };
}
