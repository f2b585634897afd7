/** Reads which files of the web front import which, and finds circles among them. */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import ts from "typescript";

/** File → files that it imports at run time; both as absolute paths. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The graph of all sources below `web/packages` and `web/apps`. */
export function importGraph(web: string): ImportGraph {
  const files = ["packages", "apps"].flatMap((folder) => sources(path.join(web, folder)));
  return new Map(files.map((file) => [file, importsOf(file, web)]));
}

/** The first circle of imports, as its files in order with the first one repeated at the end. */
export function findCycle(graph: ImportGraph): string[] | undefined {
  const finished = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): string[] | undefined => {
    const seenAt = trail.indexOf(file);
    if (seenAt >= 0) {
      return [...trail.slice(seenAt), file];
    }
    if (finished.has(file)) {
      return undefined;
    }
    trail.push(file);
    for (const imported of graph.get(file) ?? []) {
      const cycle = visit(imported);
      if (cycle) {
        return cycle;
      }
    }
    trail.pop();
    finished.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) {
      return cycle;
    }
  }
  return undefined;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const full = path.join(folder, name);
    if (statSync(full).isDirectory()) {
      return name === "node_modules" || name === "dist" ? [] : sources(full);
    }
    return /\.tsx?$/.test(name) ? [full] : [];
  });
}

/** What `file` loads at once: no `import type`, no `import()`. Those may look back without making a circle. */
function importsOf(file: string, web: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly;
    const isExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    if (!(isImport || isExport) || !statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) {
      return [];
    }
    const found = resolve(file, statement.moduleSpecifier.text, web);
    return found ? [found] : [];
  });
}

function resolve(file: string, specifier: string, web: string): string | undefined {
  const ours = /^@frontdesk\/([a-z-]+)(?:\/(.+))?$/.exec(specifier);
  const base = ours
    ? path.join(web, "packages", ours[1] ?? "", "src", ours[2] ?? "index")
    : specifier.startsWith(".")
      ? path.join(path.dirname(file), specifier)
      : undefined;
  return base === undefined
    ? undefined
    : [".ts", ".tsx", "/index.ts", "/index.tsx"].map((end) => base + end).find((candidate) => existsSync(candidate));
}
