/** What the editor knows of the kinds of nodes: the server's types, which ports they have, and what a new one holds. */
import type { Language } from "@frontdesk/ui/i18n/language";

import type { FlowNode } from "../../../shared/wire";
import { newTexts } from "./new-texts";

export type NodeKind = FlowNode["kind"];
export type NodeOf<Kind extends NodeKind> = Extract<FlowNode, { kind: Kind }>;

/** What a node does, without its id, label and place. */
export type NodeContent = { [Kind in NodeKind]: Omit<NodeOf<Kind>, "id" | "label" | "position"> }[NodeKind];

/** Kinds that can be added, in the order of the palette. Start and end exist from the beginning (FLOW-03, FLOW-12). */
export const ADDABLE = [
  "service_time",
  "send_message",
  "branch",
  "transfer_to_human",
  "collect_information",
  "call_api",
  "condition",
  "robot",
] as const satisfies readonly NodeKind[];

export type AddableKind = (typeof ADDABLE)[number];

/** Ports with a fixed name; options and branches bring their own. */
export type FixedPort =
  | "next"
  | "within"
  | "outside"
  | "accepted"
  | "timed_out"
  | "unavailable"
  | "default"
  | "to_human"
  | "unresolved"
  | "solved";

/** A way out of a node: one with a fixed name, or one with words of its own. */
export interface Port {
  readonly id: string;
  readonly name: { readonly fixed: FixedPort } | { readonly text: string };
}

/** The ports of a node in the order in which they are drawn; each must be connected. */
export function portsOf(node: FlowNode): readonly Port[] {
  switch (node.kind) {
    case "start":
    case "send_message":
    case "collect_information":
    case "call_api":
      return [fixed("next")];
    case "service_time":
      return [fixed("within"), fixed("outside")];
    case "branch":
      return node.options.map(({ id, value }) => ({ id, name: { text: value } }));
    case "transfer_to_human":
      return [fixed("accepted"), fixed("timed_out"), fixed("unavailable")];
    case "condition":
      return [...node.branches.map(({ id, label }) => ({ id, name: { text: label } })), fixed("default")];
    case "robot":
      return [fixed("to_human"), fixed("unresolved"), fixed("solved")];
    case "end":
      return [];
  }
}

function fixed(name: FixedPort): Port {
  return { id: name, name: { fixed: name } };
}

/** Whether a node may go: the flow begins and ends somewhere (FLOW-03, FLOW-12). */
export function isRemovable(node: FlowNode): boolean {
  return node.kind !== "start" && node.kind !== "end";
}

/** What a new node holds, in the language of whoever adds it. */
export function newContent(kind: AddableKind, language: Language): NodeContent {
  const t = newTexts[language];
  switch (kind) {
    case "service_time":
      return {
        kind,
        hours: {
          mode: "standard",
          days: ["monday", "tuesday", "wednesday", "thursday", "friday"],
          slots: [{ from: "09:00", to: "18:00" }],
        },
      };
    case "send_message":
      return { kind, message: { type: "text", text: "" } };
    case "branch":
      return {
        kind,
        title: t.branchTitle,
        unmatched_text: t.branchUnmatched,
        options: [
          { id: "o1", value: t.firstOption },
          { id: "o2", value: t.secondOption },
        ],
      };
    case "transfer_to_human":
      return {
        kind,
        waiting_text: t.waiting,
        accepted_text: t.accepted,
        unavailable_text: t.unavailable,
        nobody_online: "wait",
      };
    case "collect_information":
      return { kind, prompt: "", success_text: "", variable: "", form: { type: "text" } };
    case "call_api":
      return { kind, url: "", parameters: [], results: [], headers: [], timeout_seconds: 5, max_errors: 2 };
    case "condition":
      return {
        kind,
        branches: [{ id: "c1", label: "", all: [{ parameter: "", operator: "equal", value: "" }] }],
      };
    case "robot":
      return {
        kind,
        welcome_text: t.robotWelcome,
        unknown_text: t.robotUnknown,
        turn_limit: 20,
        unknown_limit: 3,
        human_words: [t.humanWord],
        solved_words: [],
      };
  }
}

/** The first words of what a node says or does, for its card. */
export function firstWords(node: FlowNode): string {
  switch (node.kind) {
    case "start":
    case "service_time":
      return "";
    case "send_message":
      return node.message.type === "text"
        ? node.message.text
        : node.message.type === "card"
          ? node.message.header
          : node.message.alt || node.message.url;
    case "branch":
      return node.title;
    case "transfer_to_human":
      return node.waiting_text;
    case "collect_information":
      return node.prompt;
    case "call_api":
      return node.url;
    case "condition":
      return node.branches.flatMap(({ all }) => all.map(({ parameter }) => parameter)).join(", ");
    case "robot":
      return node.welcome_text;
    case "end":
      return node.agent_end_text;
  }
}
