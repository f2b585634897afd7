/** Changes to a flow document (FLOW-02). Pure: each takes a document and gives another; what did not change is shared. */
import type { FlowDocument, FlowNode } from "../../../shared/wire";
import { isRemovable, portsOf, type NodeContent } from "./nodes";

export type Position = FlowNode["position"];
export type Connection = FlowDocument["connections"][number];

/** Nodes with the connections between them, as they are copied. */
export interface Fragment {
  readonly nodes: readonly FlowNode[];
  readonly connections: readonly Connection[];
}

/** How far from its original a copy is put, in canvas pixels. */
const PASTE_OFFSET = 48;

/** The node with this id. */
export function nodeById(document: FlowDocument, id: string): FlowNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

/** An id like `n7` that no node has. */
export function freeId(taken: Iterable<string>, prefix = "n"): string {
  const ids = new Set(taken);
  let number = ids.size + 1;
  while (ids.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/** Adds a node; tells its id. */
export function addNode(
  document: FlowDocument,
  content: NodeContent,
  label: string,
  position: Position,
): { document: FlowDocument; id: string } {
  const id = freeId(document.nodes.map((node) => node.id));
  const node = { ...content, id, label, position: whole(position) };
  return { document: { ...document, nodes: [...document.nodes, node] }, id };
}

/** Puts another content, label or place in place of the node with this id. Connections of ports that went, go too. */
export function replaceNode(document: FlowDocument, node: FlowNode): FlowDocument {
  const ports = new Set(portsOf(node).map(({ id }) => id));
  const isKept = ({ from, port }: Connection) => from !== node.id || ports.has(port);
  return {
    ...document,
    nodes: document.nodes.map((other) => (other.id === node.id ? node : other)),
    connections: document.connections.every(isKept) ? document.connections : document.connections.filter(isKept),
  };
}

/** Puts nodes to other places. */
export function moveNodes(document: FlowDocument, places: ReadonlyMap<string, Position>): FlowDocument {
  let isSame = true;
  const nodes = document.nodes.map((node) => {
    const to = places.get(node.id);
    if (to === undefined) return node;
    const position = whole(to);
    if (position.x === node.position.x && position.y === node.position.y) return node;
    isSame = false;
    return { ...node, position };
  });
  return isSame ? document : { ...document, nodes };
}

/** Whether a way may lead from a port to a node: there is such a port, and the start comes first (FLOW-03). */
export function mayConnect(document: FlowDocument, { from, port, to }: Connection): boolean {
  const source = nodeById(document, from);
  const target = nodeById(document, to);
  if (source === undefined || target === undefined || target.kind === "start") return false;
  return portsOf(source).some(({ id }) => id === port);
}

/** Leads a port to a node, in place of where it led; nothing changes when it may not. */
export function connect(document: FlowDocument, connection: Connection): FlowDocument {
  if (!mayConnect(document, connection)) return document;
  const others = withoutPort(document.connections, connection);
  return { ...document, connections: [...others, connection] };
}

/** A port leads nowhere any more. */
export function disconnect(document: FlowDocument, port: Pick<Connection, "from" | "port">): FlowDocument {
  return { ...document, connections: withoutPort(document.connections, port) };
}

/** Removes nodes and their connections; start and end stay (FLOW-03, FLOW-12). */
export function removeNodes(document: FlowDocument, ids: ReadonlySet<string>): FlowDocument {
  const gone = new Set(document.nodes.filter((node) => ids.has(node.id) && isRemovable(node)).map(({ id }) => id));
  if (gone.size === 0) return document;
  return {
    ...document,
    nodes: document.nodes.filter(({ id }) => !gone.has(id)),
    connections: document.connections.filter(({ from, to }) => !gone.has(from) && !gone.has(to)),
  };
}

/** Nodes with what connects them, without start and end, of which there is one each. */
export function copyNodes(document: FlowDocument, ids: ReadonlySet<string>): Fragment {
  const nodes = document.nodes.filter((node) => ids.has(node.id) && isRemovable(node));
  const taken = new Set(nodes.map(({ id }) => id));
  return { nodes, connections: document.connections.filter(({ from, to }) => taken.has(from) && taken.has(to)) };
}

/** Adds a copied fragment under ids of its own, a little beside its original; tells the new ids. */
export function pasteNodes(
  document: FlowDocument,
  fragment: Fragment,
  times = 1,
): { document: FlowDocument; ids: ReadonlySet<string> } {
  const names = new Map<string, string>();
  const taken = document.nodes.map((node) => node.id);
  const nodes = fragment.nodes.filter(isRemovable).map((node) => {
    const id = freeId(taken);
    taken.push(id);
    names.set(node.id, id);
    const offset = PASTE_OFFSET * times;
    return { ...node, id, position: whole({ x: node.position.x + offset, y: node.position.y + offset }) };
  });
  const connections = fragment.connections.flatMap(({ from, port, to }) => {
    const [newFrom, newTo] = [names.get(from), names.get(to)];
    return newFrom === undefined || newTo === undefined ? [] : [{ from: newFrom, port, to: newTo }];
  });
  return {
    document: {
      ...document,
      nodes: [...document.nodes, ...nodes],
      connections: [...document.connections, ...connections],
    },
    ids: new Set(names.values()),
  };
}

/** Names of the variables that nodes set, each once, in the order of the nodes. */
export function variablesOf(document: FlowDocument): string[] {
  const names = document.nodes.flatMap((node) => {
    if (node.kind === "collect_information") return [node.variable];
    return node.kind === "call_api" ? node.results.map(({ variable }) => variable) : [];
  });
  return [...new Set(names.filter((name) => name !== ""))];
}

function withoutPort(connections: readonly Connection[], port: Pick<Connection, "from" | "port">): Connection[] {
  return connections.filter((other) => other.from !== port.from || other.port !== port.port);
}

/** Places are whole pixels. */
function whole({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) };
}
