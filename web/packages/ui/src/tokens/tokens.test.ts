import { describe, expect, it } from "vitest";
import { contrast, readableOn } from "./contrast";
import { tokensCss } from "./css";
import { PALETTES, SPACE, type Palette, type Scheme } from "./tokens";

/** Text colours and the surfaces they stand on. */
const TEXT_PAIRS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ["text", "surface"],
  ["text", "surface_raised"],
  ["text", "surface_sunken"],
  ["text", "surface_hover"],
  ["text", "primary_soft"],
  ["text", "bubble"],
  ["text_soft", "surface"],
  ["text_soft", "surface_raised"],
  ["text_soft", "surface_hover"],
  ["text_soft", "primary_soft"],
  ["text_faint", "surface"],
  ["text_faint", "surface_raised"],
  ["on_primary", "primary"],
  ["on_primary", "primary_hover"],
  ["primary_text", "surface"],
  ["primary_text", "surface_raised"],
  ["primary_text", "primary_soft"],
  ["primary_text", "bubble"],
  ["on_danger", "danger"],
  ["danger_text", "surface"],
  ["danger_text", "surface_raised"],
  ["danger_text", "danger_soft"],
  ["success_text", "surface_raised"],
  ["success_text", "success_soft"],
  ["warning_text", "surface_raised"],
  ["warning_text", "warning_soft"],
];

/** Parts of controls, which need 3:1. */
const CONTROL_PAIRS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ["border_strong", "surface_raised"],
  ["border_strong", "surface"],
  ["focus", "surface"],
  ["focus", "surface_raised"],
  ["status_free", "surface_raised"],
  ["status_busy", "surface_raised"],
  ["status_not_ready", "surface_raised"],
];

describe.each(["light", "dark"] satisfies Scheme[])("the %s palette", (scheme) => {
  const palette = PALETTES[scheme];

  it.each(TEXT_PAIRS)("reads at AA: %s on %s", (front, back) => {
    expect(contrast(palette[front], palette[back])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CONTROL_PAIRS)("can be made out: %s on %s", (front, back) => {
    expect(contrast(palette[front], palette[back])).toBeGreaterThanOrEqual(3);
  });
});

describe("tokens.css", () => {
  it("is what tokens.ts makes", async () => {
    await expect(tokensCss()).toMatchFileSnapshot("./tokens.css");
  });

  it("keeps distances in steps of four", () => {
    expect(Object.values(SPACE).filter((px) => px % 4 !== 0)).toEqual([]);
  });
});

describe("readableOn", () => {
  it.each([
    ["#1f5fd6", "#ffffff"],
    ["#ffe14d", "#000000"],
    ["#000000", "#ffffff"],
    ["#ffffff", "#000000"],
  ])("chooses for %s", (colour, expected) => {
    expect(readableOn(colour)).toBe(expected);
    expect(contrast(colour, expected)).toBeGreaterThanOrEqual(4.5);
  });
});
