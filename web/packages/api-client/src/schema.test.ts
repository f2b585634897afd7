// @vitest-environment node
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const generator = path.join(
  path.dirname(createRequire(import.meta.url).resolve("openapi-typescript")),
  "../bin/cli.js",
);

test("schema.ts is made from openapi.json", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [generator, path.join(root, "openapi.json")], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const committed = await readFile(new URL("schema.ts", import.meta.url), "utf8");
  expect(committed.trim() === stdout.trim(), "schema.ts is stale: run `cargo xtask gen`").toBe(true);
});
