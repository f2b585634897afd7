import type { PagerProps } from "@frontdesk/ui/react/Pager";
import { useCallback, useMemo } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

interface ListAddress {
  /** A filter of this list, empty when it is not set. */
  filter: (name: string) => string;
  /** Sets filters (empty removes them) and goes back to the first page. */
  setFilters: (filters: Readonly<Record<string, string>>) => void;
  /** Where this page begins; nothing on the first page. */
  cursor: string | undefined;
  /** Steps to the neighbours of this page, given the cursor of the next one. */
  pager: (next: string | undefined) => PagerProps;
}

/**
 * Keeps a list's filters and page in the address, so that reload and "back" work. Cursors lead forward only,
 * so the cursors of the pages before travel along in the history entry's state.
 */
export function useListAddress(): ListAddress {
  const [params, setParams] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const cursor = params.get("cursor") ?? undefined;
  const trail = useMemo(() => readTrail(location.state), [location.state]);

  const filter = useCallback((name: string) => params.get(name) ?? "", [params]);

  const setFilters = useCallback(
    (filters: Readonly<Record<string, string>>) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          after.delete("cursor");
          for (const [name, value] of Object.entries(filters)) {
            if (value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      );
    },
    [setParams],
  );

  const goTo = useCallback(
    (to: string, before: readonly string[]) => {
      const search = new URLSearchParams(params);
      if (to === "") search.delete("cursor");
      else search.set("cursor", to);
      void navigate({ search: search.toString() }, { state: { trail: before } });
    },
    [navigate, params],
  );

  const pager = useCallback(
    (next: string | undefined): PagerProps => ({
      onFirst: cursor === undefined ? undefined : () => goTo("", []),
      onPrevious:
        cursor === undefined || trail.length === 0 ? undefined : () => goTo(trail.at(-1) ?? "", trail.slice(0, -1)),
      onNext: next === undefined ? undefined : () => goTo(next, [...trail, cursor ?? ""]),
    }),
    [cursor, goTo, trail],
  );

  return { filter, setFilters, cursor, pager };
}

/** The cursors of the pages before this one, the first page as empty text; none after a link from outside. */
function readTrail(state: unknown): readonly string[] {
  if (typeof state !== "object" || state === null || !("trail" in state) || !Array.isArray(state.trail)) return [];
  return state.trail.filter((cursor): cursor is string => typeof cursor === "string");
}
