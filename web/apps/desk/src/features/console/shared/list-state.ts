import type { ListState } from "@frontdesk/ui/react/DataTable";
import { useExplain } from "@frontdesk/ui/react/failure";
import type { UseQueryResult } from "@tanstack/react-query";

import type { Page } from "./wire";

/** What a table shows of a query. */
export function useListState<Item>(query: UseQueryResult<Page<Item>>): ListState<Item> {
  const explain = useExplain();
  return {
    items: query.data?.items,
    failure: query.error === null ? undefined : explain(query.error).message,
    isLoading: query.isFetching && (query.isPlaceholderData || query.data === undefined),
    retry: () => void query.refetch(),
  };
}
