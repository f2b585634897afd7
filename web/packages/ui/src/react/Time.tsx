import { useEffect, useState } from "react";

import { formatExact, formatRelative } from "../i18n/format";
import { useLanguage } from "./language";

/** How often "3 minutes ago" is looked at again. */
const REFRESH_MS = 30_000;

/** A moment as people say it ("3 min ago"), with the exact time on hover. */
export function Time({ at }: { at: number }) {
  const { language } = useLanguage();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at, language)}>
      {formatRelative(at, language, now)}
    </time>
  );
}
