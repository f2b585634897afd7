/** Keeps the pages small: the build fails when what a page loads first grows beyond its budget. */
import { gzipSync } from "node:zlib";

import type { Plugin, Rollup } from "vite";

/** What one way into an app may weigh. */
export interface Budget {
  /** Name in the message, such as `visitor page`. */
  name: string;
  /** The module that starts it, as the end of its path (`src/main.tsx`); itself and its static imports count. */
  entry: string;
  /** Modules that are loaded on demand right after the entry, as ends of their paths; counted too. */
  also?: string[];
  /** Upper bound in KB (1,000 bytes) of gzip, script and style together. */
  gzipKb: number;
}

/** Vite plugin: measures each budget after the bundle is made and refuses the build above it. */
export function budgets(...all: Budget[]): Plugin {
  return {
    name: "frontdesk-budgets",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const budget of all) {
        const kb = weigh(budget, bundle) / 1000;
        const line = `${budget.name}: ${kb.toFixed(1)} KB gzip of ${budget.gzipKb} KB`;
        if (kb > budget.gzipKb) {
          this.error(`${line}: above the budget`);
        }
        this.info(line);
      }
    },
  };
}

/** Bytes of gzip that `budget` covers in `bundle`; a file shared by several starts counts once. */
export function weigh(budget: Budget, bundle: Rollup.OutputBundle): number {
  const files = new Set<string>();
  for (const end of [budget.entry, ...(budget.also ?? [])]) {
    collect(chunkOf(end, bundle), bundle, files);
  }
  return [...files].reduce((sum, file) => sum + gzipSync(contentOf(bundle[file])).byteLength, 0);
}

/** The chunk whose own module ends with `end`. A budget for nothing would always hold, so none is an error. */
function chunkOf(end: string, bundle: Rollup.OutputBundle): Rollup.OutputChunk {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const chunk =
    chunks.find((candidate) => candidate.facadeModuleId?.endsWith(end)) ??
    chunks.find((candidate) => candidate.moduleIds.some((id) => id.endsWith(end)));
  if (!chunk) {
    throw new Error(`no chunk holds ${end}: the budget names a module that the bundle does not have`);
  }
  return chunk;
}

function collect(chunk: Rollup.OutputChunk, bundle: Rollup.OutputBundle, files: Set<string>): void {
  if (files.has(chunk.fileName)) {
    return;
  }
  files.add(chunk.fileName);
  for (const style of chunk.viteMetadata?.importedCss ?? []) {
    files.add(style);
  }
  for (const file of chunk.imports) {
    const imported = bundle[file];
    if (imported?.type === "chunk") {
      collect(imported, bundle, files);
    }
  }
}

function contentOf(output: Rollup.OutputBundle[string] | undefined): string | Uint8Array {
  if (!output) {
    return "";
  }
  return output.type === "chunk" ? output.code : output.source;
}
