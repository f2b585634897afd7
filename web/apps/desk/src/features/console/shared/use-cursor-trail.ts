import type { PagerProps } from "@frontdesk/ui/react/Pager";
import { useState } from "react";

interface CursorTrail {
  cursor: string | undefined;
  pager: (next: string | undefined) => PagerProps;
}

/** Pages of a list inside a drawer, which has no address of its own. */
export function useCursorTrail(): CursorTrail {
  const [trail, setTrail] = useState<readonly string[]>([]);
  return {
    cursor: trail.at(-1),
    pager: (next) => ({
      onPrevious: trail.length === 0 ? undefined : () => setTrail(trail.slice(0, -1)),
      onNext: next === undefined ? undefined : () => setTrail([...trail, next]),
    }),
  };
}
