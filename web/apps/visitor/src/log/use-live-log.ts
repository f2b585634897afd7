import { useEffect, useState } from "preact/hooks";

/** A screen reader takes up what has changed within this time. */
const SETTLING_MS = 1_000;

/**
 * Whether new lines are read out: not while the conversation or its history is still being put on the page, for one
 * knows that or has asked for it.
 */
export function useLiveLog(isSettled: boolean): boolean {
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    setLive(false);
    if (!isSettled) return;
    const timer = setTimeout(() => setLive(true), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [isSettled]);
  return isLive;
}
