import "@xyflow/react/dist/base.css";

import { useLanguage, useText } from "@frontdesk/ui/react/language";
import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  useReactFlow,
  type Connection as DrawnConnection,
  type EdgeChange,
  type NodeChange,
} from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { DragEvent } from "react";

import type { FlowDocument } from "../../../shared/wire";
import { connect, mayConnect, moveNodes, type Position } from "../document/edit";
import { ADDABLE, type AddableKind } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import type { Edit } from "../use-editing";
import { canvasWords } from "./canvas-words";
import { cardsOf, waysOf, type Card, type Seen, type Size, type Way } from "./drawn";
import { NodeCard } from "./NodeCard";
import { DRAGGED_KIND } from "./Palette";

const CARD_TYPES = { card: NodeCard };
const NOWHERE: ReadonlyMap<string, Position> = new Map();
const GRID: [number, number] = [12, 12];

/** What is chosen on the canvas. */
export interface Selection {
  readonly nodes: ReadonlySet<string>;
  /** Ids of connections, see `wayId`. */
  readonly ways: ReadonlySet<string>;
}

export const NOTHING: Selection = { nodes: new Set(), ways: new Set() };

interface FlowCanvasProps {
  document: FlowDocument;
  faults: Seen["faults"];
  selection: Selection;
  onSelect: (change: (before: Selection) => Selection) => void;
  edit: Edit;
  onAdd: (kind: AddableKind, at: Position) => void;
}

/** The document as cards and lines: pan, zoom, minimap, drag, connect (FLOW-02). */
export function FlowCanvas({ document, faults, selection, onSelect, edit, onAdd }: FlowCanvasProps) {
  const t = useText(editorMessages);
  const { language } = useLanguage();
  const { screenToFlowPosition } = useReactFlow();
  const [sizes, setSizes] = useState<ReadonlyMap<string, Size>>(new Map());
  const [dragged, setDragged] = useState(NOWHERE);
  const before = useRef<readonly Card[]>([]);

  const cards = useMemo(() => {
    const seen = { selected: selection.nodes, dragged, sizes, faults };
    return cardsOf(document, seen, before.current);
  }, [document, selection.nodes, dragged, sizes, faults]);
  before.current = cards;
  const ways = useMemo(() => waysOf(document, selection.ways), [document, selection.ways]);

  const onNodesChange = useCallback(
    (changes: NodeChange<Card>[]) => {
      const seen = changesOf(changes);
      if (seen.sizes.size > 0) setSizes((known) => new Map([...known, ...seen.sizes]));
      if (seen.selected.size > 0)
        onSelect((chosen) => ({ ...chosen, nodes: withChoices(chosen.nodes, seen.selected) }));
      if (seen.dragging.size > 0) setDragged((known) => new Map([...known, ...seen.dragging]));
      if (seen.moved.size > 0) {
        setDragged(NOWHERE);
        edit((now) => moveNodes(now, seen.moved), seen.isNudge ? "nudge" : undefined);
      }
    },
    [edit, onSelect],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<Way>[]) => {
      const selected = new Map(changes.flatMap((each) => (each.type === "select" ? [[each.id, each.selected]] : [])));
      if (selected.size > 0) onSelect((chosen) => ({ ...chosen, ways: withChoices(chosen.ways, selected) }));
    },
    [onSelect],
  );

  const drop = (event: DragEvent) => {
    const kind = ADDABLE.find((name) => name === event.dataTransfer.getData(DRAGGED_KIND));
    if (kind === undefined) return;
    event.preventDefault();
    onAdd(kind, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };

  return (
    <ReactFlow<Card, Way>
      nodes={cards}
      edges={ways}
      nodeTypes={CARD_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnect={(drawn) => edit((now) => connect(now, connectionOf(drawn)))}
      isValidConnection={(drawn) => mayConnect(document, connectionOf(drawn))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      deleteKeyCode={null}
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
      selectionKeyCode="Shift"
      snapToGrid
      snapGrid={GRID}
      minZoom={0.1}
      maxZoom={2}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
      ariaLabelConfig={canvasWords[language]}
      proOptions={{ hideAttribution: false }}
    >
      <Background gap={24} />
      <Controls showInteractive={false} aria-label={t("view")} />
      <MiniMap pannable zoomable ariaLabel={t("minimap")} />
    </ReactFlow>
  );
}

function connectionOf({ source, sourceHandle, target }: DrawnConnection | Way) {
  return { from: source, port: sourceHandle ?? "", to: target };
}

function withChoices(chosen: ReadonlySet<string>, changes: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const next = new Set(chosen);
  for (const [id, isSelected] of changes) {
    if (isSelected) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** What React Flow tells, by what is to be done about it. */
function changesOf(changes: readonly NodeChange<Card>[]) {
  const sizes = new Map<string, Size>();
  const selected = new Map<string, boolean>();
  const dragging = new Map<string, Position>();
  const moved = new Map<string, Position>();
  let isNudge = true;
  for (const change of changes) {
    if (change.type === "dimensions" && change.dimensions !== undefined) sizes.set(change.id, change.dimensions);
    if (change.type === "select") selected.set(change.id, change.selected);
    if (change.type !== "position" || change.position === undefined) continue;
    if (change.dragging === true) dragging.set(change.id, change.position);
    else moved.set(change.id, change.position);
    // Arrow keys move in one go; a drag tells first that it begins.
    if (change.dragging !== undefined) isNudge = false;
  }
  return { sizes, selected, dragging, moved, isNudge };
}
