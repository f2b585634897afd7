/** A document as React Flow draws it. What did not change keeps its identity, so only changed cards are drawn again. */
import type { Edge, Node } from "@xyflow/react";

import type { FlowDocument, FlowNode } from "../../../shared/wire";
import type { Position } from "../document/edit";
import { isRemovable } from "../document/nodes";

export interface CardData extends Record<string, unknown> {
  readonly node: FlowNode;
  readonly errors: number;
  readonly warnings: number;
}

export type Card = Node<CardData, "card">;
export type Way = Edge;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the canvas knows beside the document. */
export interface Seen {
  readonly selected: ReadonlySet<string>;
  /** Where nodes are while they are being dragged. */
  readonly dragged: ReadonlyMap<string, Position>;
  readonly sizes: ReadonlyMap<string, Size>;
  /** Faults by node: how many errors, how many warnings. */
  readonly faults: ReadonlyMap<string, { readonly errors: number; readonly warnings: number }>;
}

const NO_FAULTS = { errors: 0, warnings: 0 };

/** The cards of a document; those of `before` that are the same are used again. */
export function cardsOf(document: FlowDocument, seen: Seen, before: readonly Card[]): Card[] {
  const known = new Map(before.map((card) => [card.id, card] as const));
  return document.nodes.map((node) => cardOf(node, seen, known.get(node.id)));
}

function cardOf(node: FlowNode, seen: Seen, before: Card | undefined): Card {
  const position = seen.dragged.get(node.id) ?? node.position;
  const isSelected = seen.selected.has(node.id);
  const measured = seen.sizes.get(node.id);
  const { errors, warnings } = seen.faults.get(node.id) ?? NO_FAULTS;
  const isSameData = before?.data.node === node && before.data.errors === errors && before.data.warnings === warnings;
  if (
    isSameData &&
    before.position.x === position.x &&
    before.position.y === position.y &&
    before.selected === isSelected &&
    before.measured === measured
  ) {
    return before;
  }
  return {
    id: node.id,
    type: "card",
    position,
    selected: isSelected,
    deletable: isRemovable(node),
    ...(measured === undefined ? {} : { measured }),
    data: isSameData ? before.data : { node, errors, warnings },
  };
}

/** The connections as React Flow draws them. */
export function waysOf(document: FlowDocument, selected: ReadonlySet<string>): Way[] {
  return document.connections.map(({ from, port, to }) => {
    const id = wayId(from, port);
    return {
      id,
      source: from,
      sourceHandle: port,
      target: to,
      type: "smoothstep",
      selected: selected.has(id),
      focusable: true,
      markerEnd: { type: "arrowclosed" as const, width: 18, height: 18 },
    };
  });
}

/** The name of the way that leaves a port; there is one at most. */
export function wayId(from: string, port: string): string {
  return JSON.stringify([from, port]);
}

/** Which port a way leaves. */
export function portOfWay(id: string): { from: string; port: string } {
  const [from, port] = JSON.parse(id) as [string, string];
  return { from, port };
}
