import { useEffect, useState } from "react";

/** The time, in milliseconds since 1970, renewed every so many milliseconds while `isRunning`. */
export function useNow(everyMs: number, isRunning = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs, isRunning]);
  return now;
}
