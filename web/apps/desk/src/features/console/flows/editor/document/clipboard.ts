/** Nodes as text on the clipboard, so that they go from one flow to another. */
import type { Fragment } from "./edit";
import { ADDABLE, firstWords, portsOf } from "./nodes";

const FORMAT = "frontdesk-flow-nodes";

export function toClipboard(fragment: Fragment): string {
  return JSON.stringify({ [FORMAT]: 1, ...fragment });
}

/** The nodes in a text, or nothing when it holds none; the server looks at what is in them. */
export function fromClipboard(text: string): Fragment | undefined {
  try {
    const value = JSON.parse(text) as Partial<Fragment & Record<typeof FORMAT, unknown>> | null;
    if (value?.[FORMAT] !== 1 || !Array.isArray(value.nodes) || !Array.isArray(value.connections)) return undefined;
    const { nodes, connections } = value as Fragment;
    return nodes.length > 0 && nodes.every(isWhole) ? { nodes, connections } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it can be drawn; what lacks a part throws. */
function isWhole(node: Fragment["nodes"][number]): boolean {
  portsOf(node);
  firstWords(node);
  return (
    typeof node.id === "string" &&
    Number.isFinite(node.position.x) &&
    Number.isFinite(node.position.y) &&
    (ADDABLE as readonly string[]).includes(node.kind)
  );
}
