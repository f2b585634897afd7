import { describe, expect, it } from "vitest";

import { isSendKey } from "./keys";

const key = (change: Partial<Parameters<typeof isSendKey>[0]>) =>
  isSendKey({ key: "Enter", shiftKey: false, isComposing: false, keyCode: 13, ...change });

describe("isSendKey", () => {
  it("CHAN-03: Enter sends, Shift+Enter breaks the line", () => {
    expect(key({})).toBe(true);
    expect(key({ shiftKey: true })).toBe(false);
    expect(key({ key: "a" })).toBe(false);
  });

  it("leaves Enter to an input method that composes, also where only the key code tells", () => {
    expect(key({ isComposing: true })).toBe(false);
    expect(key({ keyCode: 229 })).toBe(false);
  });
});
