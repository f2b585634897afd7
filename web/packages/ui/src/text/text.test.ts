import { describe, expect, it } from "vitest";
import { revealHidden } from "./hidden";
import { linkify } from "./linkify";

/** The text with links in brackets, so that a table can show what happens. */
function shown(text: string): string {
  return linkify(text)
    .map((part) => (part.kind === "link" ? `<${part.text}>` : part.text))
    .join("");
}

const links = (text: string) => linkify(text).filter((part) => part.kind === "link");

describe("linkify", () => {
  it.each([
    ["see https://example.com.", "see <https://example.com>."],
    ["see https://example.com/", "see <https://example.com/>"],
    ["(https://example.com/a_(b))", "(<https://example.com/a_(b)>)"],
    ["http://a.example/x?q=1&r=2#top!", "<http://a.example/x?q=1&r=2#top>!"],
    ["请看https://example.com/a，谢谢", "请看<https://example.com/a>，谢谢"],
    ["请看https://example.com/a谢谢", "请看<https://example.com/a>谢谢"],
    ["HTTPS://EXAMPLE.COM/A", "<https://example.com/A>"],
    ["two https://a.example https://b.example", "two <https://a.example> <https://b.example>"],
    ["no link here", "no link here"],
    ["", ""],
  ])("finds the addresses in %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https",
    "//evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "https://good.example@evil.example",
    "https://user:secret@evil.example/x",
    "https://",
    "https://exa mple",
    "ftp://example.com",
    "https://[::1",
  ])("T105, T115: %j becomes no link to somewhere else", (text) => {
    const hosts = links(text).map((part) => new URL(part.href).protocol + new URL(part.href).hostname);
    // "https://exa mple" holds a complete address of its own, nothing more.
    expect(hosts).toEqual(text === "https://exa mple" ? ["https:exa"] : []);
  });

  it("T115: an attribute cannot be broken out of", () => {
    expect(links('https://x.example"onmouseover="alert(1)').map((part) => part.href)).toEqual(["https://x.example/"]);
  });

  it("T115: takes linear time for hostile input", () => {
    const hostile = [
      "(".repeat(50_000),
      "https://a.example/" + ")".repeat(50_000),
      "https://".repeat(10_000),
      "[".repeat(50_000),
    ];
    const started = performance.now();
    for (const text of hostile) linkify(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("T108: shows a look-alike host in punycode", () => {
    expect(shown("https://аррle.com/login")).toBe("<https://xn--le-6kc8da.com/login>");
  });

  it("T101: leaves markup as the text it is", () => {
    const text = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    expect(linkify(text)).toEqual([{ kind: "text", text }]);
  });
});

describe("revealHidden", () => {
  it.each([
    ["photo\u202egpj.exe", "photo[U+202E]gpj.exe"],
    ["a\u200bb\ufeffc", "a[U+200B]b[U+FEFF]c"],
    ["a\u2066b\u2069c", "a[U+2066]b[U+2069]c"],
    ["bell\u0007", "bell[U+0007]"],
    ["ab\u200dcd", "ab[U+200D]cd"],
    ["a\u{e0041}b", "a[U+E0041]b"],
    ["soft\u00adhyphen", "soft[U+00AD]hyphen"],
  ])("T108: shows what %j hides", (text, expected) => {
    expect(revealHidden(text)).toBe(expected);
  });

  it.each(["line one\nline two\r\n\ttabbed", "👨‍👩‍👧 👍🏽 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈", "می‌خواهم", "你好，world"])(
    "leaves ordinary text alone: %j",
    (text) => {
      expect(revealHidden(text)).toBe(text);
    },
  );
});
