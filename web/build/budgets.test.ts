// @vitest-environment node
import { randomBytes } from "node:crypto";

import type { Rollup } from "vite";
import { expect, test } from "vitest";

import { weigh } from "./budgets";

/** Text that gzip cannot shrink below about three quarters. */
const noise = (bytes: number) => randomBytes(bytes).toString("base64");

const chunk = (fileName: string, module: string, code: string, imports: string[] = [], css: string[] = []) =>
  ({
    type: "chunk",
    fileName,
    code,
    imports,
    facadeModuleId: module,
    moduleIds: [module],
    viteMetadata: { importedCss: new Set(css) },
  }) as unknown as Rollup.OutputChunk;

const bundle: Rollup.OutputBundle = {
  "main.js": chunk("main.js", "/web/apps/x/src/main.tsx", noise(3000), ["shared.js"], ["main.css"]),
  "shared.js": chunk("shared.js", "/web/packages/y/src/index.ts", noise(6000), ["main.js"]),
  "later.js": chunk("later.js", "/web/apps/x/src/later.tsx", noise(9000), ["shared.js"]),
  "main.css": { type: "asset", fileName: "main.css", source: noise(1500) } as unknown as Rollup.OutputAsset,
};

test("a budget covers the entry, its static imports and styles, each once", () => {
  const bytes = weigh({ name: "x", entry: "src/main.tsx", gzipKb: 1 }, bundle);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(12_000);
});

test("what is loaded on demand counts when the budget names it", () => {
  const bytes = weigh({ name: "x", entry: "src/main.tsx", also: ["src/later.tsx"], gzipKb: 1 }, bundle);
  expect(bytes).toBeGreaterThan(19_000);
});

test("a budget for a module that is not there is an error", () => {
  expect(() => weigh({ name: "x", entry: "src/gone.tsx", gzipKb: 1 }, bundle)).toThrow("src/gone.tsx");
});
