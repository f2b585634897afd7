import { useSyncExternalStore } from "react";

/** Below this width list and conversation are two pages. */
const PHONE = "(width < 768px)";
/** From this width on the visitor's facts are a third column, else a drawer. */
const WIDE = "(width >= 1100px)";

/** How much room there is. */
export function useRoom(): { isPhone: boolean; isWide: boolean } {
  return { isPhone: useMedia(PHONE), isWide: useMedia(WIDE) };
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
  );
}
