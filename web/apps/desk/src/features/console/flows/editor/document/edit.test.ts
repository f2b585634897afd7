import { describe, expect, it } from "vitest";

import { fromClipboard, toClipboard } from "./clipboard";
import {
  addNode,
  connect,
  copyNodes,
  disconnect,
  moveNodes,
  nodeById,
  pasteNodes,
  removeNodes,
  replaceNode,
  variablesOf,
} from "./edit";
import { changed, historyOf, redone, undone } from "./history";
import { estimatedHeight, layOut } from "./layout";
import { ADDABLE, newContent, portsOf, type NodeOf } from "./nodes";
import { branchingFlow, emptyFlow, longFlow } from "./samples";

describe("FLOW-02: editing a flow", () => {
  it("adds nodes of every kind under ids of their own, each with at least one port", () => {
    let document = emptyFlow();
    for (const kind of ADDABLE) {
      const added = addNode(document, newContent(kind, "en"), kind, { x: 10.4, y: 20.6 });
      expect(nodeById(added.document, added.id)).toMatchObject({ kind, label: kind, position: { x: 10, y: 21 } });
      document = added.document;
    }
    expect(new Set(document.nodes.map(({ id }) => id)).size).toBe(2 + ADDABLE.length);
    for (const node of document.nodes) expect(portsOf(node).length > 0).toBe(node.kind !== "end");
  });

  it("leads a port to one node at a time, never to the start and never from a port that is not there", () => {
    const document = branchingFlow();
    const moved = connect(document, { from: "menu", port: "o1", to: "ask" });
    expect(moved.connections.filter(({ from, port }) => from === "menu" && port === "o1")).toEqual([
      { from: "menu", port: "o1", to: "ask" },
    ]);
    expect(connect(document, { from: "menu", port: "o1", to: "start" })).toBe(document);
    expect(connect(document, { from: "menu", port: "o9", to: "end" })).toBe(document);
    expect(connect(document, { from: "end", port: "next", to: "menu" })).toBe(document);
    expect(disconnect(document, { from: "menu", port: "o1" }).connections).toHaveLength(3);
  });

  it("takes connections along with the option, branch or node that had them", () => {
    const document = branchingFlow();
    const menu = nodeById(document, "menu") as NodeOf<"branch">;
    const fewer = replaceNode(document, { ...menu, options: menu.options.slice(0, 1) });
    expect(fewer.connections.some(({ port }) => port === "o2")).toBe(false);
    expect(fewer.connections).toHaveLength(3);
    const relabelled = replaceNode(document, { ...menu, label: "Questions" });
    expect(relabelled.connections).toBe(document.connections);
    const removed = removeNodes(document, new Set(["menu"]));
    expect(removed.connections).toEqual([]);
  });

  it("FLOW-03, FLOW-12: start and end stay, also when everything is chosen", () => {
    const document = branchingFlow();
    const left = removeNodes(document, new Set(document.nodes.map(({ id }) => id)));
    expect(left.nodes.map(({ kind }) => kind)).toEqual(["start", "end"]);
    expect(removeNodes(document, new Set(["start", "end"]))).toBe(document);
  });

  it("moves nodes without touching the others", () => {
    const document = branchingFlow();
    const moved = moveNodes(document, new Map([["ask", { x: 1, y: 2 }]]));
    expect(nodeById(moved, "ask")?.position).toEqual({ x: 1, y: 2 });
    expect(nodeById(moved, "menu")).toBe(nodeById(document, "menu"));
    expect(moveNodes(document, new Map([["ask", { x: 600.2, y: 199.9 }]]))).toBe(document);
  });

  it("copies nodes with what connects them, and pastes them under new ids, through the clipboard too", () => {
    const document = branchingFlow();
    const everything = new Set(document.nodes.map(({ id }) => id));
    const copied = fromClipboard(toClipboard(copyNodes(document, everything)));
    expect(copied?.nodes.map(({ id }) => id)).toEqual(["menu", "ask"]);
    const { document: after, ids } = pasteNodes(document, copied ?? { nodes: [], connections: [] });
    expect(after.nodes).toHaveLength(6);
    expect(new Set(after.nodes.map(({ id }) => id)).size).toBe(6);
    expect(after.connections.filter(({ from }) => ids.has(from))).toHaveLength(2);
    for (const { from, to } of after.connections) expect(ids.has(from)).toBe(ids.has(to));
  });

  it("takes nothing off the clipboard that is not nodes", () => {
    const node = branchingFlow().nodes[1];
    const strange = [
      "",
      "null",
      "{",
      '{"nodes":[]}',
      JSON.stringify({ "frontdesk-flow-nodes": 1, nodes: [], connections: [] }),
      JSON.stringify({ "frontdesk-flow-nodes": 1, nodes: [{ ...node, options: undefined }], connections: [] }),
      JSON.stringify({ "frontdesk-flow-nodes": 1, nodes: [{ ...node, kind: "other" }], connections: [] }),
      JSON.stringify({ "frontdesk-flow-nodes": 1, nodes: [{ ...node, position: null }], connections: [] }),
    ];
    for (const text of strange) expect(fromClipboard(text), text).toBeUndefined();
  });

  it("names the variables that nodes set, each once", () => {
    const document = branchingFlow();
    const { document: twice } = pasteNodes(document, copyNodes(document, new Set(["ask"])));
    expect(variablesOf(twice)).toEqual(["city"]);
  });
});

describe("FLOW-02: undo and redo", () => {
  it("goes back and forth step by step; letters in one field are one step", () => {
    let history = historyOf("");
    for (const text of ["h", "he", "hey"]) history = changed(history, text, "label");
    history = changed(history, "hey!", "other");
    expect(undone(history).present).toBe("hey");
    expect(undone(undone(history)).present).toBe("");
    expect(redone(undone(undone(history))).present).toBe("hey");
    expect(undone(undone(undone(history))).present).toBe("");
  });

  it("a new change ends what could be redone; nothing new is no step; the memory has an end", () => {
    let history = undone(changed(historyOf(0), 1));
    history = changed(history, 2);
    expect(redone(history).present).toBe(2);
    expect(changed(history, 2)).toBe(history);
    for (let step = 3; step < 1_000; step += 1) history = changed(history, step);
    expect(history.past).toHaveLength(200);
  });
});

describe("FLOW-02: laying a flow out", () => {
  it("stands nodes to the right of what leads to them, circles or not, and none upon another", () => {
    for (const document of [branchingFlow(), emptyFlow(), longFlow(200)]) {
      const places = layOut(document);
      expect(places.size).toBe(document.nodes.length);
      const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
      for (const { from, to } of document.connections) {
        if (from === "ask") continue;
        expect(at(from).x, `${from} to ${to}`).toBeLessThan(at(to).x);
      }
      for (const [index, node] of document.nodes.entries()) {
        for (const other of document.nodes.slice(index + 1)) {
          const [one, two] = [at(node.id), at(other.id)];
          const isBeside = one.x !== two.x;
          const height = estimatedHeight(portsOf(one.y < two.y ? node : other).length);
          expect(isBeside || Math.abs(one.y - two.y) >= height, `${node.id} and ${other.id}`).toBe(true);
        }
      }
    }
  });

  it("what the start does not reach stands below", () => {
    const document = disconnect(branchingFlow(), { from: "menu", port: "o2" });
    const places = layOut(document);
    const lowest = Math.max(...["start", "menu", "end"].map((id) => places.get(id)?.y ?? 0));
    expect(places.get("ask")?.y).toBeGreaterThan(lowest);
  });
});
