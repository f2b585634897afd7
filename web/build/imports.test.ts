// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { crossedInto } from "./feature-borders.js";
import { findCycle, importGraph } from "./imports";

const web = fileURLToPath(new URL("..", import.meta.url));

test("no file of the web front imports itself over others", () => {
  const graph = importGraph(web);
  expect(graph.size).toBeGreaterThan(50);
  expect(findCycle(graph)?.map((file) => path.relative(web, file))).toBeUndefined();
});

test("a circle through a package is found, one of types or of import() is none", () => {
  const tree = mkdtempSync(path.join(tmpdir(), "frontdesk-imports-"));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  };
  try {
    write("packages/ui/src/a.ts", 'import { b } from "./b";');
    write("packages/ui/src/b.tsx", 'import type { A } from "./a"; const a = import("./a");');
    write("apps/desk/src/main.ts", 'import "@frontdesk/ui/a";');
    expect(findCycle(importGraph(tree))).toBeUndefined();
    write("packages/ui/src/b.tsx", 'export { a } from "@frontdesk/ui/a";');
    const files = findCycle(importGraph(tree))?.map((file) => path.basename(file));
    expect(files?.toSorted()).toEqual(expect.arrayContaining(["a.ts", "b.tsx"]));
  } finally {
    rmSync(tree, { recursive: true });
  }
});

test("a feature may use itself and packages, not another feature", () => {
  const file = "/web/apps/desk/src/features/workbench/list/List.tsx";
  expect(crossedInto(file, "../../console/agents/AgentsPage")).toBe("console");
  expect(crossedInto(file, "../composer/Composer")).toBeUndefined();
  expect(crossedInto(file, "@frontdesk/ui/react/DataTable")).toBeUndefined();
  expect(crossedInto("/web/apps/desk/src/routes.tsx", "./features/console/routes")).toBeUndefined();
});
