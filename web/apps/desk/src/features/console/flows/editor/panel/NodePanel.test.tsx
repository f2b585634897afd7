import { LANGUAGE_KEY } from "@frontdesk/ui/i18n/language";
import { createServer } from "@frontdesk/api-client/client";
import { LanguageProvider } from "@frontdesk/ui/react/language";
import { ServerProvider } from "@frontdesk/ui/react/server";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { pick, press, type } from "../../../testing/actions";
import { fakeServer, page } from "../../../testing/fake-server";
import { sampleGroup } from "../../../testing/samples";
import type { FlowDocument, FlowFault, FlowNode } from "../../../shared/wire";
import { Problems } from "../Problems";
import { addNode, nodeById } from "../document/edit";
import { newContent, type AddableKind, type NodeOf } from "../document/nodes";
import { branchingFlow, emptyFlow } from "../document/samples";
import { useEditing } from "../use-editing";
import { KnownThings } from "./known";
import { NodePanel } from "./NodePanel";

configure({ asyncUtilTimeout: 5_000 });
beforeEach(() => {
  localStorage.setItem(LANGUAGE_KEY, "en");
  fakeServer({ "GET /api/v1/skill-groups": () => page([sampleGroup()]) });
});
afterEach(cleanup);

/** The panel beside a document; answers what the document became. */
function openPanel(document: FlowDocument, id: string | undefined, faults: readonly FlowFault[] = []) {
  const now = { document, shown: id };
  const server = createServer({
    origin: location.origin,
    csrfToken: () => "csrf",
    language: () => "en",
    fetch: (request) => fetch(request),
    pause: () => Promise.resolve(),
  });
  function Beside() {
    const editing = useEditing(document);
    now.document = editing.document;
    const node = id === undefined ? undefined : nodeById(editing.document, id);
    const known = {
      bots: { options: [{ value: "bot_1", label: "Shop questions" }], isLoading: false },
      secrets: {
        options: [
          { value: "sec_1", label: "Shop key" },
          { value: "sec_2", label: "Our signature" },
        ],
        isLoading: false,
      },
    };
    return (
      <KnownThings value={known}>
        <NodePanel
          document={editing.document}
          node={node}
          faults={faults}
          edit={editing.edit}
          onShow={(shown) => (now.shown = shown)}
        />
        <Problems document={editing.document} faults={faults} onShow={(shown) => (now.shown = shown)} />
      </KnownThings>
    );
  }
  render(
    <LanguageProvider>
      <ConfigProvider theme={{ token: { motion: false } }}>
        <App>
          <QueryClientProvider client={new QueryClient()}>
            <ServerProvider server={server}>
              <Beside />
            </ServerProvider>
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </LanguageProvider>,
  );
  return now;
}

/** The panel of a new node of a kind. */
function openNew<Kind extends AddableKind>(kind: Kind) {
  const { document, id } = addNode(emptyFlow(), newContent(kind, "en"), "", { x: 0, y: 0 });
  const now = openPanel(document, id);
  return () => nodeById(now.document, id) as NodeOf<Kind>;
}

const choose = (name: string) => fireEvent.click(screen.getByRole("radio", { name }));

describe("FLOW-02: the panel", () => {
  it("shows the node's id, changes its label, and leads its ports without a mouse", async () => {
    const now = openPanel(branchingFlow(), "menu");
    expect(screen.getByText("menu", { selector: "code" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy the node id" })).toBeTruthy();
    type("Label", "Questions");
    expect(nodeById(now.document, "menu")?.label).toBe("Questions");
    fireEvent.click(screen.getByRole("tab", { name: "Connections" }));
    await pick("Sales", "Collect information (ask)");
    expect(now.document.connections).toContainEqual({ from: "menu", port: "o1", to: "ask" });
    const sources = screen.getByRole("list", { name: "Comes from" });
    expect(within(sources).getByText("Start (start)")).toBeTruthy();
    await press("Collect information (ask)");
    expect(now.shown).toBe("ask");
  });

  it("FLOW-13: names each fault in the list and at its field, and leads to the node", async () => {
    const faults = [
      { node: "ask", field: "variable", severity: "error", fault: "missing" },
      { node: "menu", severity: "error", fault: "open_port", port: "o1" },
      { node: "menu", field: "options.0.value", severity: "warning", fault: "look_alike", value: "a", other: "A" },
      { field: "time_zone", severity: "error", fault: "malformed" },
    ] satisfies FlowFault[];
    const now = openPanel(branchingFlow(), "ask", faults);
    expect(screen.getByText("Errors: 3, warnings: 1")).toBeTruthy();
    const item = screen.getByLabelText("Variable").closest(".ant-form-item");
    expect(within(item as HTMLElement).getByText("This is required")).toBeTruthy();
    await press(/Nothing is connected to “Sales”/);
    expect(now.shown).toBe("menu");
    await press(/Flow settings/);
    expect(now.shown).toBeUndefined();
  });

  it("sets the flow's clock, and where a session goes that cannot go on", async () => {
    const now = openPanel(emptyFlow(), undefined);
    await pick("Time zone", "UTC");
    choose("Queue for a skill group");
    await pick("Skill group", "Sales");
    type("Said first", "One moment.");
    expect(now.document.fallback).toEqual({ to: "skill_group", skill_group_id: "grp_1", text: "One moment." });
    choose("Let the visitor leave a message");
    expect(now.document.fallback).toMatchObject({
      to: "message_form",
      prompt: expect.stringMatching(/leave a message/),
    });
  });
});

describe("every kind of node has all its fields", () => {
  it("FLOW-04: service hours, standard and custom, over midnight, with exceptions", async () => {
    const node = openNew("service_time");
    expect(node().hours).toMatchObject({ mode: "standard", slots: [{ from: "09:00", to: "18:00" }] });
    fireEvent.click(screen.getByRole("checkbox", { name: "Sat" }));
    const to = screen.getByLabelText("Times, to");
    fireEvent.change(to, { target: { value: "02:00" } });
    fireEvent.blur(to);
    expect(screen.getByText("next day")).toBeTruthy();
    expect(node().hours).toMatchObject({
      days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
      slots: [{ from: "09:00", to: "02:00" }],
    });
    const from = screen.getByLabelText("Times, from");
    fireEvent.change(from, { target: { value: "25:00" } });
    fireEvent.blur(from);
    expect(node().hours).toMatchObject({ slots: [{ from: "09:00", to: "02:00" }] });
    fireEvent.click(screen.getByText("Custom"));
    await press("Add exception");
    type("First day", "2026-10-01");
    type("Remark", "National Day");
    expect(node().hours).toMatchObject({
      mode: "custom",
      exceptions: [{ first: "2026-10-01", last: "2026-10-01", slots: [], remark: "National Day" }],
    });
    fireEvent.click(screen.getByText("Always"));
    expect(node().hours).toEqual({ mode: "off" });
  });

  it("FLOW-05: a text with parameters, a picture, a card", async () => {
    const node = openNew("send_message");
    type("Message text", "Hello ");
    const field = screen.getByLabelText<HTMLTextAreaElement>("Message text");
    field.setSelectionRange(6, 6);
    await press("Insert a parameter");
    fireEvent.click(await screen.findByRole("menuitem", { name: /^ClientAppName/ }));
    expect(node().message).toEqual({ type: "text", text: "Hello ${ClientAppName}" });
    fireEvent.click(screen.getByText("Picture"));
    type("Address of the picture", "https://example.com/a.png");
    type("Description", "A mug");
    expect(node().message).toEqual({ type: "image", url: "https://example.com/a.png", alt: "A mug" });
    fireEvent.click(screen.getByText("Card"));
    type("Heading", "Sale");
    type("A click opens", "https://example.com");
    expect(node().message).toMatchObject({ type: "card", header: "Sale", url: "https://example.com" });
  });

  it("FLOW-06: options that can be added and removed, with remarks", async () => {
    const node = openNew("branch");
    await press("Add option");
    const values = screen.getAllByLabelText("Option text");
    fireEvent.change(values[2] as HTMLElement, { target: { value: "Complaint" } });
    await press("Remove option 1");
    fireEvent.change(screen.getAllByLabelText("Remark")[1] as HTMLElement, { target: { value: "we answer today" } });
    expect(node().options).toMatchObject([{ value: "Support" }, { value: "Complaint", remark: "we answer today" }]);
    type("Answer to anything else", "Please choose");
    expect(node().unmatched_text).toBe("Please choose");
  });

  it("FLOW-07: the group, its texts and limits; an empty limit is left out", async () => {
    const node = openNew("transfer_to_human");
    await pick("Skill group", "Sales");
    type("Queue limit", "50");
    type("Longest wait (seconds)", "600");
    choose("Go on by “Nobody available”");
    expect(node()).toMatchObject({
      skill_group_id: "grp_1",
      queue_limit: 50,
      queue_timeout_seconds: 600,
      nobody_online: "leave",
    });
    type("Queue limit", "");
    expect(node()).not.toHaveProperty("queue_limit");
  });

  it("FLOW-08: a question with a variable, answered by text or by options", async () => {
    const node = openNew("collect_information");
    type("Question", "Which city?");
    type("Variable", "city");
    fireEvent.click(screen.getByText("Options"));
    await press("Add option");
    fireEvent.change(screen.getAllByLabelText("Option text")[1] as HTMLElement, { target: { value: "Lima" } });
    expect(node()).toMatchObject({
      prompt: "Which city?",
      variable: "city",
      form: { type: "options", options: [{ id: "o1", value: "" }, { value: "Lima" }] },
    });
  });

  it("FLOW-09: address, members, results, headers with secrets, signature, limits", async () => {
    const node = openNew("call_api");
    type("Address", "https://api.example.com/orders");
    await press("Add member");
    type("Name", "city");
    await press("Add result");
    type("Variable", "state");
    type("Field of the answer", "data.state");
    type("Default", "unknown");
    await press("Add header");
    type("Header", "X-Key");
    fireEvent.click(screen.getByRole("radio", { name: "Secret" }));
    await pick("Which secret", "Shop key");
    // The list of the select before is still in the page, hidden; the newest stands last.
    fireEvent.mouseDown(screen.getByLabelText("Signing secret").closest(".ant-select") as HTMLElement);
    const options = await screen.findAllByText("Our signature", { selector: ".ant-select-item-option-content" });
    fireEvent.click(options.at(-1) as HTMLElement);
    type("Most failing tries", "3");
    expect(node()).toMatchObject({
      url: "https://api.example.com/orders",
      parameters: [{ name: "city", value: "" }],
      results: [{ variable: "state", field: "data.state", default: "unknown" }],
      headers: [{ name: "X-Key", value: { type: "secret", secret_id: "sec_1" } }],
      signing_secret_id: "sec_2",
      max_errors: 3,
    });
  });

  it("FLOW-10: branches of comparisons, in an order that can be changed", async () => {
    const node = openNew("condition");
    type("Branch label", "VIP");
    type("Parameter", "city");
    await pick("Comparison", "is not equal to");
    await press("Add branch");
    await press("Move up");
    expect(node().branches).toMatchObject([
      { label: "", all: [{ operator: "equal" }] },
      { label: "VIP", all: [{ parameter: "city", operator: "not_equal" }] },
    ]);
  });

  it("FLOW-11: the bot, its texts and its limits", async () => {
    const node = openNew("robot");
    await pick("Bot", "Shop questions");
    type("Most questions", "5");
    type("Most questions without an answer", "2");
    expect(node()).toMatchObject({ bot_id: "bot_1", turn_limit: 5, unknown_limit: 2 });
  });

  it("FLOW-12, ROUTE-14: times and texts of the end", () => {
    const now = openPanel(emptyFlow(), "end");
    type("Ends after silence of (seconds)", "300");
    type("Reminder after (seconds)", "120");
    type("Reminder text", "Still there?");
    expect(nodeById(now.document, "end") as FlowNode).toMatchObject({
      silence_seconds: 300,
      reminder_seconds: 120,
      reminder_text: "Still there?",
    });
  });
});
