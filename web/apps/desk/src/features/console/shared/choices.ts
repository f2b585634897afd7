import { answerOf } from "@frontdesk/api-client/client";
import { useServer } from "@frontdesk/ui/react/server";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";

import type { Agent } from "./wire";

/** What a select offers. */
export interface Choices {
  options: { value: string; label: string }[];
  isLoading: boolean;
}

interface Named {
  id: string;
  name: string;
}

interface NamedPage {
  items: Named[];
  next?: string | undefined;
}

/** The most rows that the server gives at once. */
const PAGE = 100;

/** Every skill group, to choose from. */
export function useSkillGroupChoices(): Choices {
  const server = useServer();
  const query = useQuery({
    queryKey: ["skill-groups", "choices"],
    queryFn: () =>
      everything((cursor) => answerOf(server.GET("/api/v1/skill-groups", { params: { query: asked(cursor) } }))),
  });
  return { options: toOptions(query.data), isLoading: query.isPending };
}

/** Every flow, to choose from. */
export function useFlowChoices(): Choices {
  const server = useServer();
  const query = useQuery({
    queryKey: ["flows", "choices"],
    queryFn: () => everything((cursor) => answerOf(server.GET("/api/v1/flows", { params: { query: asked(cursor) } }))),
  });
  return { options: toOptions(query.data), isLoading: query.isPending };
}

/** Every rating config, to choose from. */
export function useRatingConfigChoices(): Choices {
  const server = useServer();
  const query = useQuery({
    queryKey: ["rating-configs", "choices"],
    queryFn: () =>
      everything(async (cursor) => {
        const page = await answerOf(server.GET("/api/v1/rating-configs", { params: { query: asked(cursor) } }));
        return { ...page, items: page.items.map(({ id, config }) => ({ id, name: config.name })) };
      }),
  });
  return { options: toOptions(query.data), isLoading: query.isPending };
}

/** Every bot, to choose from. */
export function useBotChoices(): Choices {
  const server = useServer();
  const query = useQuery({
    queryKey: ["bots", "choices"],
    queryFn: () =>
      everything(async (cursor) => {
        const page = await answerOf(server.GET("/api/v1/bots", { params: { query: asked(cursor) } }));
        return { items: page.items.map(({ id, faq }) => ({ id, name: faq.name })), next: page.next };
      }),
  });
  return { options: toOptions(query.data), isLoading: query.isPending };
}

/** Every stored secret of flows, to choose from. */
export function useFlowSecretChoices(): Choices {
  const server = useServer();
  const query = useQuery({
    queryKey: ["flow-secrets", "choices"],
    queryFn: () =>
      everything((cursor) => answerOf(server.GET("/api/v1/flow-secrets", { params: { query: asked(cursor) } }))),
  });
  return { options: toOptions(query.data), isLoading: query.isPending };
}

const AGENTS_OFFERED = 20;

/** Agents whose number, name, e-mail or phone holds `search`, to choose from. */
export function useAgentChoices(search: string): { agents: Agent[]; isLoading: boolean } {
  const server = useServer();
  const text = useDeferredValue(search.trim());
  const query = useQuery({
    queryKey: ["agents", "choices", text],
    queryFn: ({ signal }) =>
      answerOf(
        server.GET("/api/v1/agents", {
          params: { query: { limit: AGENTS_OFFERED, ...(text === "" ? {} : { query: text }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return { agents: query.data?.items ?? [], isLoading: query.isFetching };
}

function asked(cursor: string | undefined) {
  return { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
}

/** Reads a list page by page to its end. */
async function everything(read: (cursor: string | undefined) => Promise<NamedPage>): Promise<Named[]> {
  const items: Named[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

function toOptions(items: readonly Named[] | undefined) {
  return (items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}
