/** Times and sizes in the reader's language. Times are milliseconds since 1970 UTC, shown in the browser's zone. */
import { defineMessages, translator } from "./messages";
import type { Language } from "./language";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const messages = defineMessages({
  "zh-CN": {
    just_now: "刚刚",
    minutes_ago: "{n} 分钟前",
    hours_ago: "{n} 小时前",
    yesterday: "昨天 {time}",
  },
  en: {
    just_now: "just now",
    minutes_ago: "{n} min ago",
    hours_ago: "{n} h ago",
    yesterday: "yesterday {time}",
  },
});

type Shape = "time" | "date" | "date_with_year" | "exact";

const SHAPES: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  date: { month: "short", day: "numeric" },
  date_with_year: { year: "numeric", month: "short", day: "numeric" },
  exact: {
    year: "numeric",
    month: "long",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** `14:02` today, `昨天 14:02` yesterday, with the date before that, with the year in other years. */
export function formatTime(at: number, language: Language, now: number = Date.now()): string {
  const time = format(at, language, "time");
  const days = daysBetween(at, now);
  if (days === 0) return time;
  if (days === 1) return translator(messages, language)("yesterday", { time });
  return `${formatDate(at, language, now)} ${time}`;
}

/** The day alone, with the year when it is another year than now. */
export function formatDate(at: number, language: Language, now: number = Date.now()): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, language, sameYear ? "date" : "date_with_year");
}

/** `刚刚`, `3 分钟前`, `2 小时前`, then as [formatTime]. Show [formatExact] as its title. */
export function formatRelative(at: number, language: Language, now: number = Date.now()): string {
  const t = translator(messages, language);
  const age = now - at;
  if (age < MINUTE) return t("just_now");
  if (age < HOUR) return t("minutes_ago", { n: Math.floor(age / MINUTE) });
  if (daysBetween(at, now) === 0) return t("hours_ago", { n: Math.floor(age / HOUR) });
  return formatTime(at, language, now);
}

/** Day, date and time to the second, for titles. */
export function formatExact(at: number, language: Language): string {
  return format(at, language, "exact");
}

/** `mm:ss`, or `h:mm:ss` from an hour on; a negative duration counts as none. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}

/** A size in bytes as people read it: `512 B`, `1.5 KB`, `20 MB`. */
export function formatSize(bytes: number, language: Language): string {
  const units = ["B", "KB", "MB", "GB"] as const;
  let value = bytes;
  let unit = 0;
  // 1,023.5 would round to "1,024 KB": such a value belongs to the next unit already.
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[unit] ?? "GB"}`;
}

/** A whole number with the language's separators. */
export function formatNumber(value: number, language: Language): string {
  return value.toLocaleString(language);
}

function format(at: number, language: Language, shape: Shape): string {
  const key = `${language} ${shape}`;
  let found = formats.get(key);
  if (found === undefined) {
    // British order ("3 Nov") with a 24-hour clock reads the same everywhere.
    found = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, SHAPES[shape]);
    formats.set(key, found);
  }
  return found.format(at);
}

/** Calendar days from `at` to `now` in the browser's zone; rounded, for days with a clock change have no 24 hours. */
function daysBetween(at: number, now: number): number {
  const midnight = (moment: number) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / (24 * HOUR));
}
