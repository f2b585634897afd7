import { describe, expect, it } from "vitest";

import { translator } from "../i18n/messages";
import { formMessages } from "./form-messages";
import { nameRules, numberRules, textRules } from "./form-rules";
import type { FormRule } from "antd";

const t = translator(formMessages, "en");

/** What the rules say of a value; nothing when it is fine. The required rule is Ant Design's own. */
async function faultOf(rules: FormRule[], value: unknown): Promise<string | undefined> {
  for (const rule of rules) {
    if (typeof rule === "function" || typeof rule.validator !== "function") continue;
    try {
      await rule.validator({}, value, () => undefined);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}

describe("nameRules", () => {
  it("counts characters as the server does, without the blanks around", async () => {
    const rules = nameRules(t, 1, 4);
    expect(await faultOf(rules, "汉字汉字")).toBeUndefined();
    expect(await faultOf(rules, "  😀😀😀😀  ")).toBeUndefined();
    expect(await faultOf(rules, "汉字汉字汉")).toBe("Use 1 to 4 characters");
    expect(await faultOf(rules, "   ")).toBe("This must not be blank");
  });

  it("T108: refuses characters that cannot be seen", async () => {
    const rules = nameRules(t, 1, 64);
    for (const text of ["nnA\u202e", "An\u200bn", "\u3164x", "a\u{e0041}"]) {
      expect(await faultOf(rules, text)).toMatch(/cannot be seen/);
    }
    expect(await faultOf(rules, "O'Brien <b>")).toBeUndefined();
  });
});

it("textRules allow nothing and refuse too much", async () => {
  expect(await faultOf(textRules(t, 3), undefined)).toBeUndefined();
  expect(await faultOf(textRules(t, 3), "汉字汉字")).toBe("At most 3 characters; there are 4 now");
});

it("numberRules take whole numbers in their range, or none", async () => {
  const rules = numberRules(t, 1, 200);
  for (const fine of [undefined, null, 1, 200]) expect(await faultOf(rules, fine)).toBeUndefined();
  for (const wrong of [0, 201, 1.5, "7"]) expect(await faultOf(rules, wrong)).toBe("A whole number from 1 to 200");
});
