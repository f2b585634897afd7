import { describe, expect, it } from "vitest";
import { formatDate, formatDuration, formatRelative, formatSize, formatTime } from "./format";
import { detectLanguage } from "./language";
import { defineMessages, fill, translator } from "./messages";

describe("detectLanguage", () => {
  it.each([
    { languages: ["en-US", "zh-CN"], remembered: null, expected: "en" },
    { languages: ["zh-TW"], remembered: null, expected: "zh-CN" },
    { languages: ["de-DE", "en"], remembered: null, expected: "en" },
    { languages: ["de-DE"], remembered: null, expected: "zh-CN" },
    { languages: [], remembered: null, expected: "zh-CN" },
    { languages: ["zh-CN"], remembered: "en", expected: "en" },
    { languages: ["en"], remembered: "klingon", expected: "en" },
  ])("$languages with $remembered remembered gives $expected", ({ expected, ...source }) => {
    expect(detectLanguage(source)).toBe(expected);
  });
});

describe("translator", () => {
  const messages = defineMessages({
    "zh-CN": { plain: "你好", ahead: "前面还有 {n} 人，{name}" },
    en: { plain: "Hello", ahead: "{name}, {n} ahead" },
  });

  it("fills parameters in the order of each language", () => {
    expect(translator(messages, "zh-CN")("ahead", { n: 3, name: "小王" })).toBe("前面还有 3 人，小王");
    expect(translator(messages, "en")("ahead", { n: 3, name: "Ann" })).toBe("Ann, 3 ahead");
    expect(translator(messages, "en")("plain")).toBe("Hello");
  });

  it("refuses at compile time what would show a hole", () => {
    // @ts-expect-error a key is missing in English
    defineMessages({ "zh-CN": { a: "甲", b: "乙" }, en: { a: "A" } });
    // @ts-expect-error a key that only English knows
    defineMessages({ "zh-CN": { a: "甲" }, en: { a: "A", b: "B" } });
    // @ts-expect-error the parameters differ
    defineMessages({ "zh-CN": { a: "{n} 人" }, en: { a: "people" } });
    // @ts-expect-error a parameter is forgotten
    expect(translator(messages, "en")("ahead", { n: 1 })).toBe("{name}, 1 ahead");
  });

  it("T104: never evaluates what a value holds", () => {
    expect(fill("{a} {b}", { a: "{b}", b: "${7*7}{{7*7}}" })).toBe("{b} ${7*7}{{7*7}}");
    expect(fill("{constructor} {toString}", {})).toBe("{constructor} {toString}");
  });
});

describe("formats", () => {
  const now = new Date(2026, 10, 21, 14, 2, 30).getTime();
  const MINUTE = 60_000;

  it("shows the day only when it is not today", () => {
    expect(formatTime(now, "en", now)).toBe("14:02");
    expect(formatTime(now - 24 * 60 * MINUTE, "zh-CN", now)).toBe("昨天 14:02");
    expect(formatTime(new Date(2026, 10, 3, 9, 5).getTime(), "en", now)).toBe("3 Nov 09:05");
    expect(formatDate(new Date(2025, 0, 3).getTime(), "en", now)).toBe("3 Jan 2025");
    expect(formatDate(new Date(2026, 10, 3).getTime(), "zh-CN", now)).toBe("11月3日");
  });

  it("tells the age", () => {
    expect(formatRelative(now - 5_000, "zh-CN", now)).toBe("刚刚");
    expect(formatRelative(now + 5_000, "en", now)).toBe("just now");
    expect(formatRelative(now - 3 * MINUTE, "zh-CN", now)).toBe("3 分钟前");
    expect(formatRelative(now - 125 * MINUTE, "en", now)).toBe("2 h ago");
    expect(formatRelative(now - 24 * 60 * MINUTE, "en", now)).toBe("yesterday 14:02");
  });

  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1536, "1.5 KB"],
    [20 * 1024 * 1024, "20 MB"],
    [1024 * 1024 - 1, "1 MB"],
    [5 * 1024 ** 4, "5,120 GB"],
  ])("reads %i bytes as %s", (bytes, expected) => {
    expect(formatSize(bytes, "en")).toBe(expected);
  });

  it("counts durations", () => {
    expect([-5, 61_000, 3_661_000].map(formatDuration)).toEqual(["00:00", "01:01", "1:01:01"]);
  });
});
