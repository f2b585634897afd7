/**
 * Puts nodes into columns by how far they are from the start, and orders each column by where its nodes come from, so
 * that few ways cross. Circles are cut where they lead back. What the start does not reach stands below the rest.
 */
import type { FlowDocument } from "../../../shared/wire";
import type { Position } from "./edit";
import { portsOf } from "./nodes";

const COLUMN_WIDTH = 290;
const GAP = 48;
/** Rounds of ordering; more change little. */
const ROUNDS = 4;

/** A card's height in canvas pixels, near enough to keep cards apart before they were measured. */
export function estimatedHeight(ports: number): number {
  return 96 + 30 * ports;
}

/** Where each node should stand; `heights` are the measured ones. */
export function layOut(
  document: FlowDocument,
  heights: ReadonlyMap<string, number> = new Map(),
): Map<string, Position> {
  const next = ways(document);
  const columns = columnsOf(document, next);
  order(columns, next);
  const heightOf = new Map(
    document.nodes.map((node) => [node.id, heights.get(node.id) ?? estimatedHeight(portsOf(node).length)] as const),
  );
  const total = (ids: readonly string[]) => ids.reduce((sum, id) => sum + (heightOf.get(id) ?? 0) + GAP, -GAP);
  const tallest = Math.max(0, ...columns.map(total));
  const places = new Map<string, Position>();
  columns.forEach((ids, column) => {
    let y = (tallest - total(ids)) / 2;
    for (const id of ids) {
      places.set(id, { x: column * COLUMN_WIDTH, y });
      y += (heightOf.get(id) ?? 0) + GAP;
    }
  });
  let x = 0;
  for (const { id } of document.nodes) {
    if (places.has(id)) continue;
    places.set(id, { x, y: tallest + 2 * GAP });
    x += COLUMN_WIDTH;
  }
  return places;
}

/** Where each node leads, in the order of its ports. */
function ways(document: FlowDocument): Map<string, string[]> {
  const known = new Set(document.nodes.map(({ id }) => id));
  const targets = new Map<string, Map<string, string>>();
  for (const { from, port, to } of document.connections) {
    if (!known.has(to)) continue;
    const ports = targets.get(from) ?? new Map<string, string>();
    targets.set(from, ports.set(port, to));
  }
  return new Map(
    document.nodes.map((node) => {
      const ports = targets.get(node.id);
      return [node.id, portsOf(node).flatMap(({ id }) => ports?.get(id) ?? [])];
    }),
  );
}

/** Columns of node ids: each as far right as its longest way from the start asks for. */
function columnsOf(document: FlowDocument, next: ReadonlyMap<string, readonly string[]>): string[][] {
  const start = document.nodes.find(({ kind }) => kind === "start");
  if (start === undefined) return [];
  const column = new Map<string, number>();
  for (const id of forwards(start.id, next)) {
    const own = column.get(id.from) ?? 0;
    column.set(id.from, own);
    for (const to of id.to) column.set(to, Math.max(column.get(to) ?? 0, own + 1));
  }
  // The end stands last, wherever it was reached first.
  const end = document.nodes.find(({ kind }) => kind === "end");
  if (end !== undefined && column.has(end.id)) column.set(end.id, Math.max(...column.values()));
  const columns: string[][] = [];
  for (const { id } of document.nodes) {
    const at = column.get(id);
    if (at !== undefined) (columns[at] ??= []).push(id);
  }
  return Array.from(columns, (ids) => ids ?? []);
}

/** Nodes before those they lead to, with their ways forwards; ways that close a circle are left out. */
function forwards(start: string, next: ReadonlyMap<string, readonly string[]>): { from: string; to: string[] }[] {
  const done: { from: string; to: string[] }[] = [];
  const state = new Map<string, "open" | "done">();
  // A stack of its own: a chain of 500 nodes is deeper than one likes to recurse.
  const stack: { id: string; at: number; to: string[] }[] = [{ id: start, at: 0, to: [] }];
  state.set(start, "open");
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const target = next.get(top.id)?.[top.at];
    if (target === undefined) {
      state.set(top.id, "done");
      done.push({ from: top.id, to: top.to });
      stack.pop();
      continue;
    }
    top.at += 1;
    if (state.get(target) === "open") continue;
    top.to.push(target);
    if (state.has(target)) continue;
    state.set(target, "open");
    stack.push({ id: target, at: 0, to: [] });
  }
  return done.reverse();
}

/** Orders each column by the middle of where its nodes come from. */
function order(columns: string[][], next: ReadonlyMap<string, readonly string[]>): void {
  const before = new Map<string, { id: string; port: number }[]>();
  for (const [from, targets] of next) {
    targets.forEach((to, port) => before.set(to, [...(before.get(to) ?? []), { id: from, port }]));
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const place = new Map(columns.flatMap((ids) => ids.map((id, index) => [id, index] as const)));
    for (const ids of columns) {
      const weight = new Map(
        ids.map((id) => {
          const sources = before.get(id) ?? [];
          // Ports of one node stand below each other, so their targets do, too.
          const sum = sources.reduce((all, source) => all + (place.get(source.id) ?? 0) + source.port / 100, 0);
          return [id, sources.length === 0 ? (place.get(id) ?? 0) : sum / sources.length] as const;
        }),
      );
      ids.sort((left, right) => (weight.get(left) ?? 0) - (weight.get(right) ?? 0));
      ids.forEach((id, index) => place.set(id, index));
    }
  }
}
