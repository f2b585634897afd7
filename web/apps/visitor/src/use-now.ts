import { useEffect, useState } from "preact/hooks";

/** The time in milliseconds since 1970, new every `every` milliseconds while `runs`. */
export function useNow(every: number, runs = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!runs) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every, runs]);
  return now;
}
