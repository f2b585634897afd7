/** Flow documents for tests. */
import type { FlowDocument, FlowNode } from "../../../shared/wire";
import { ADDABLE, newContent } from "./nodes";

const START: FlowNode = { id: "start", label: "", position: { x: 0, y: 0 }, kind: "start" };
const END: FlowNode = {
  id: "end",
  label: "",
  position: { x: 900, y: 0 },
  kind: "end",
  silence_text: "",
  agent_end_text: "Bye",
};

const FRAME = {
  format: 2,
  time_zone: "UTC",
  fallback: { to: "message_form", prompt: "Leave a message", thanks_text: "" },
} as const;

/** Start and end, connected. */
export function emptyFlow(): FlowDocument {
  return { ...FRAME, nodes: [START, END], connections: [{ from: "start", port: "next", to: "end" }] };
}

/** A menu with two ways, of which one asks something first. */
export function branchingFlow(): FlowDocument {
  const menu: FlowNode = {
    ...newContent("branch", "en"),
    id: "menu",
    label: "Menu",
    position: { x: 300, y: 0 },
  };
  const ask: FlowNode = {
    id: "ask",
    label: "",
    position: { x: 600, y: 200 },
    kind: "collect_information",
    prompt: "Which city?",
    success_text: "",
    variable: "city",
    form: { type: "text" },
  };
  return {
    ...FRAME,
    nodes: [START, menu, ask, END],
    connections: [
      { from: "start", port: "next", to: "menu" },
      { from: "menu", port: "o1", to: "end" },
      { from: "menu", port: "o2", to: "ask" },
      { from: "ask", port: "next", to: "menu" },
    ],
  };
}

/** As many nodes as wanted, of all kinds in turn, in one chain. */
export function longFlow(count: number): FlowDocument {
  const middle = Array.from({ length: count - 2 }, (_, index) => {
    const kind = ADDABLE[index % ADDABLE.length] ?? "send_message";
    return { ...newContent(kind, "en"), id: `n${index}`, label: `Node ${index}`, position: { x: 0, y: 0 } };
  });
  const chain = [START, ...middle, END];
  const port = (node: FlowNode): string => PORT[node.kind];
  const connections = chain.slice(1).map((node, index) => {
    const from = chain[index] as FlowNode;
    return { from: from.id, port: port(from), to: node.id };
  });
  return { ...FRAME, nodes: chain, connections };
}

/** A port that each kind has. */
const PORT: Readonly<Record<FlowNode["kind"], string>> = {
  start: "next",
  service_time: "within",
  send_message: "next",
  branch: "o1",
  transfer_to_human: "accepted",
  collect_information: "next",
  call_api: "next",
  condition: "default",
  robot: "to_human",
  end: "",
};
