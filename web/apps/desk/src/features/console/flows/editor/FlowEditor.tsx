import {
  AppstoreOutlined,
  CopyOutlined,
  DeleteOutlined,
  RedoOutlined,
  SnippetsOutlined,
  UndoOutlined,
} from "@ant-design/icons";
import { useLanguage, useText } from "@frontdesk/ui/react/language";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { Button, Tooltip } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";

import type { FlowFault } from "../../shared/wire";
import { portOfWay } from "./canvas/drawn";
import { FlowCanvas, NOTHING, type Selection } from "./canvas/FlowCanvas";
import { Palette } from "./canvas/Palette";
import { fromClipboard, toClipboard } from "./document/clipboard";
import { addNode, copyNodes, disconnect, moveNodes, nodeById, pasteNodes, removeNodes } from "./document/edit";
import type { Position } from "./document/edit";
import { layOut } from "./document/layout";
import { newContent, type AddableKind } from "./document/nodes";
import { editorMessages } from "./editor-messages";
import "./flow-editor.css";
import { NodePanel } from "./panel/NodePanel";
import { Problems } from "./Problems";
import type { Editing } from "./use-editing";

interface FlowEditorProps {
  editing: Editing;
  faults: readonly FlowFault[];
  /** What stands at the beginning of the bar: where one is and how it stands. */
  head: ReactNode;
  /** What stands at its end: what one does with the whole. */
  actions: ReactNode;
  onSave: () => void;
}

/** Canvas, palette, panel and problems of one flow (FLOW-02). Knows no server. */
export function FlowEditor(props: FlowEditorProps) {
  return (
    <ReactFlowProvider>
      <Opened {...props} />
    </ReactFlowProvider>
  );
}

/** Where a node goes that was not put anywhere: to the right of what is chosen. */
const BESIDE = { x: 290, y: 0 };

function Opened({ editing, faults, head, actions, onSave }: FlowEditorProps) {
  const t = useText(editorMessages);
  const { language } = useLanguage();
  const { document, edit, undo, redo } = editing;
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const { fitView, setCenter, getNode, getZoom, screenToFlowPosition } = useReactFlow();
  const shell = useRef<HTMLDivElement>(null);
  const clipboard = useClipboard();

  const [chosen] = selection.nodes;
  const node = selection.nodes.size === 1 && chosen !== undefined ? nodeById(document, chosen) : undefined;
  const faultCounts = useMemo(() => countByNode(faults), [faults]);
  const choose = (ids: Iterable<string>) => setSelection({ nodes: new Set(ids), ways: new Set() });

  const add = useCallback(
    (kind: AddableKind, at: Position) => {
      const { document: next, id } = addNode(document, newContent(kind, language), "", at);
      edit(() => next);
      setSelection({ nodes: new Set([id]), ways: new Set() });
    },
    [document, edit, language],
  );
  const addBeside = (kind: AddableKind) => {
    const middle = () => {
      const box = shell.current?.querySelector(".react-flow")?.getBoundingClientRect();
      if (box === undefined) return { x: 0, y: 0 };
      return screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    };
    const beside = node && { x: node.position.x + BESIDE.x, y: node.position.y + BESIDE.y };
    add(
      kind,
      freePlace(
        beside ?? middle(),
        document.nodes.map(({ position }) => position),
      ),
    );
  };
  const show = (id: string | undefined) => {
    choose(id === undefined ? [] : [id]);
    const shown = id === undefined ? undefined : nodeById(document, id);
    if (shown === undefined) return;
    const { width = 0, height = 0 } = getNode(shown.id)?.measured ?? {};
    const { x, y } = shown.position;
    void setCenter(x + width / 2, y + height / 2, { zoom: Math.max(getZoom(), 0.6), duration: glideMs() });
  };
  const remove = () => {
    edit((now) => {
      const left = removeNodes(now, selection.nodes);
      return [...selection.ways].reduce((rest, way) => disconnect(rest, portOfWay(way)), left);
    });
    setSelection(NOTHING);
  };
  const copy = () => clipboard.put(toClipboard(copyNodes(document, selection.nodes)));
  const paste = async () => {
    const { text, times } = await clipboard.take();
    const fragment = fromClipboard(text);
    if (fragment === undefined) return;
    const pasted = pasteNodes(document, fragment, times);
    edit(() => pasted.document);
    choose(pasted.ids);
  };
  const arrange = () => {
    const heights = new Map(
      document.nodes.flatMap(({ id }) => {
        const height = getNode(id)?.measured?.height;
        return height === undefined ? [] : [[id, height] as const];
      }),
    );
    edit((now) => moveNodes(now, layOut(now, heights)));
    requestAnimationFrame(() => void fitView({ maxZoom: 1, padding: 0.15, duration: glideMs() }));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isWriting(event.target)) {
      if (isCommand(event, "s")) press(event, onSave);
      return;
    }
    if (event.key === "Delete" || event.key === "Backspace") press(event, remove);
    else if (event.key === "Escape") choose([]);
    else if (isCommand(event, "s")) press(event, onSave);
    else if (isCommand(event, "z")) press(event, event.shiftKey ? redo : undo);
    else if (isCommand(event, "y")) press(event, redo);
    else if (isCommand(event, "c")) press(event, copy);
    else if (isCommand(event, "v")) press(event, () => void paste());
    else if (isCommand(event, "a")) press(event, () => choose(document.nodes.map(({ id }) => id)));
  };

  const hasChosen = selection.nodes.size + selection.ways.size > 0;
  const tool = (label: string, icon: ReactNode, run: (() => void) | undefined) => (
    <Tooltip title={label}>
      <Button type="text" icon={icon} aria-label={label} disabled={run === undefined} onClick={() => run?.()} />
    </Tooltip>
  );
  return (
    <div className="flow-editor" ref={shell} onKeyDown={onKeyDown}>
      <header className="flow-bar">
        {head}
        <div className="flow-tools" role="toolbar" aria-label={t("tools")}>
          {tool(t("undo"), <UndoOutlined aria-hidden />, undo)}
          {tool(t("redo"), <RedoOutlined aria-hidden />, redo)}
          {tool(t("copy"), <CopyOutlined aria-hidden />, selection.nodes.size > 0 ? copy : undefined)}
          {tool(t("paste"), <SnippetsOutlined aria-hidden />, () => void paste())}
          {tool(t("delete"), <DeleteOutlined aria-hidden />, hasChosen ? remove : undefined)}
          {tool(t("arrange"), <AppstoreOutlined aria-hidden />, arrange)}
        </div>
        {actions}
      </header>
      <Palette onAdd={addBeside} />
      <div className="flow-canvas">
        <FlowCanvas
          document={document}
          faults={faultCounts}
          selection={selection}
          onSelect={setSelection}
          edit={edit}
          onAdd={add}
        />
      </div>
      <NodePanel document={document} node={node} faults={faults} edit={edit} onShow={show} />
      <Problems document={document} faults={faults} onShow={show} />
    </div>
  );
}

/** The system's clipboard, with a memory of this page where the browser refuses it. */
function useClipboard() {
  const own = useRef({ text: "", pastes: 0 });
  return {
    put: (text: string) => {
      own.current = { text, pastes: 0 };
      navigator.clipboard?.writeText(text).catch(() => undefined);
    },
    take: async () => {
      const systems = await navigator.clipboard?.readText().catch(() => undefined);
      const text = systems !== undefined && fromClipboard(systems) !== undefined ? systems : own.current.text;
      if (text !== own.current.text) own.current = { text, pastes: 0 };
      own.current.pastes += 1;
      return { text, times: own.current.pastes };
    },
  };
}

/** Errors and warnings of each node. */
function countByNode(faults: readonly FlowFault[]): Map<string, { errors: number; warnings: number }> {
  const counts = new Map<string, { errors: number; warnings: number }>();
  for (const { node, severity } of faults) {
    if (node === undefined) continue;
    const { errors, warnings } = counts.get(node) ?? { errors: 0, warnings: 0 };
    const isError = severity === "error";
    counts.set(node, { errors: errors + (isError ? 1 : 0), warnings: warnings + (isError ? 0 : 1) });
  }
  return counts;
}

/** How long the view takes to another place, in milliseconds; no time for who wants no motion. */
function glideMs(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
}

/** A place near `wanted` where no card begins. */
function freePlace(wanted: Position, taken: readonly Position[]): Position {
  let place = wanted;
  const isTaken = () => taken.some(({ x, y }) => Math.abs(x - place.x) < 40 && Math.abs(y - place.y) < 40);
  while (isTaken()) place = { x: place.x, y: place.y + 160 };
  return place;
}

function isWriting(target: EventTarget): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], .ant-select") !== null
  );
}

function isCommand(event: KeyboardEvent, key: string): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === key;
}

function press(event: KeyboardEvent, run: (() => void) | undefined): void {
  event.preventDefault();
  run?.();
}
