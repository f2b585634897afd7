/** Writes the tokens as CSS custom properties. */
import { FONT_FAMILY, FONT_MONO, FONT_SIZE, MOTION, PALETTES, RADIUS, SPACE, type Palette } from "./tokens";

/** What `tokens.css` holds: sizes, the light palette, and the dark one for the system's wish or the reader's. */
export function tokensCss(): string {
  return [
    "/* Generated from tokens.ts. Renew with: npx vitest run packages/ui/src/tokens -u */",
    block(":root", [...sizes(), "color-scheme: light", ...colours(PALETTES.light)]),
    "@media (prefers-color-scheme: dark) {",
    block(':root:not([data-theme="light"])', ["color-scheme: dark", ...colours(PALETTES.dark)], "  "),
    "}",
    block(':root[data-theme="dark"]', ["color-scheme: dark", ...colours(PALETTES.dark)]),
    "@media (prefers-reduced-motion: reduce) {",
    block(
      ":root",
      Object.keys(MOTION).map((name) => `--motion-${name}: 0ms`),
      "  ",
    ),
    "}",
    "",
  ].join("\n");
}

function block(selector: string, lines: readonly string[], indent = ""): string {
  return [`${indent}${selector} {`, ...lines.map((line) => `${indent}  ${line};`), `${indent}}`].join("\n");
}

function colours(palette: Palette): string[] {
  return Object.entries(palette).map(([name, value]) => `--${name.replaceAll("_", "-")}: ${value}`);
}

function sizes(): string[] {
  return [
    ...Object.entries(SPACE).map(([step, px]) => `--space-${step}: ${px}px`),
    ...Object.entries(RADIUS).map(([name, px]) => `--radius-${name}: ${px}px`),
    ...Object.entries(FONT_SIZE).map(([name, px]) => `--font-size-${name}: ${px / 16}rem`),
    ...Object.entries(MOTION).map(([name, ms]) => `--motion-${name}: ${ms}ms`),
    `--font-family: ${FONT_FAMILY}`,
    `--font-mono: ${FONT_MONO}`,
  ];
}
