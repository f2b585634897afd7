import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { chooseAction, pick, press, type } from "../testing/actions";
import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleFlow, sampleGroup } from "../testing/samples";
import { emptyFlow } from "./editor/document/samples";

const FLOWS = "GET /api/v1/flows";

describe("FLOW-07, FLOW-12: flows of the built-in shape", () => {
  it("shows version, skill group and channels by name", async () => {
    fakeServer({
      [FLOWS]: () => page([sampleFlow({ channels: [{ id: "chn_1", title: "Website" }] })]),
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
    });
    renderConsole("/console/flows");
    expect(await screen.findByText("Version 3")).toBeTruthy();
    expect(await screen.findByText("Sales")).toBeTruthy();
    expect(screen.getByText("Website")).toBeTruthy();
  });

  it("begins a new flow with texts in the admin's language, and publishes it", async () => {
    const server = fakeServer({
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
      "POST /api/v1/flows": () => ({ status: 201, json: sampleFlow({ version: 1 }) }),
    });
    renderConsole("/console/flows");
    await press("Add flow");
    type("Name", "Welcome");
    await press("Save and publish");
    expect(await screen.findByText("A flow needs a skill group")).toBeTruthy();
    await pick("Skill group", "Sales");
    type("Queue limit", "50");
    type("Silence (seconds)", "");
    await press("Save and publish");
    expect(await screen.findByText("“Welcome” is published as version 1")).toBeTruthy();
    const body = server.callsOf("POST /api/v1/flows")[0]?.body as { settings: Record<string, unknown> };
    expect(body).toMatchObject({
      name: "Welcome",
      settings: { skill_group_id: "grp_1", nobody_online: "wait", queue_limit: 50 },
    });
    expect(body.settings.waiting_text).toContain("${WaitNo}");
    expect(body.settings).not.toHaveProperty("silence_seconds");
  });

  it("FLOW-12: silence is 10 to 86400 seconds", async () => {
    fakeServer();
    renderConsole("/console/flows");
    await press("Add flow");
    for (const wrong of ["9", "86401"]) {
      type("Silence (seconds)", wrong);
      expect(await screen.findByText("A whole number from 10 to 86400")).toBeTruthy();
    }
    type("Silence (seconds)", "86400");
    await waitFor(() => expect(screen.queryByText("A whole number from 10 to 86400")).toBeNull());
  });

  it("ROUTE-14: a reminder comes before the end that it warns of; all times of a flow are published", async () => {
    const server = fakeServer({
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
      "POST /api/v1/flows": () => ({ status: 201, json: sampleFlow({ version: 1 }) }),
    });
    renderConsole("/console/flows");
    await press("Add flow");
    type("Name", "Welcome");
    await pick("Skill group", "Sales");
    type("Reminder (seconds)", "300");
    expect(await screen.findByText("A whole number from 5 to 299")).toBeTruthy();
    type("Reminder (seconds)", "120");
    await waitFor(() => expect(screen.queryByText("A whole number from 5 to 299")).toBeNull());
    type("Reminder text", "Hello?");
    type("Without messages (seconds)", "3600");
    await press("Save and publish");
    expect(await screen.findByText("“Welcome” is published as version 1")).toBeTruthy();
    const body = server.callsOf("POST /api/v1/flows")[0]?.body;
    expect(body).toMatchObject({
      settings: { silence_seconds: 300, reminder_seconds: 120, reminder_text: "Hello?", inactive_seconds: 3600 },
    });
  });

  it("FLOW-03: shows what visitors will read, and warns of unknown variables without refusing them", async () => {
    fakeServer();
    renderConsole("/console/flows");
    await press("Add flow");
    type("Waiting text", "${WaitNo} ahead, ${Nonsense}");
    expect(await screen.findByText("Preview: 3 ahead, ${Nonsense}")).toBeTruthy();
    expect(await screen.findByText(/“Nonsense” is not a known variable/)).toBeTruthy();
    const text = screen.getByLabelText<HTMLTextAreaElement>("Waiting text");
    fireEvent.change(text, { target: { value: "Please wait " } });
    text.setSelectionRange(12, 12);
    await press("Insert people ahead");
    expect(text.value).toBe("Please wait ${WaitNo}");
  });

  it("places the server's fault at a nested field", async () => {
    fakeServer({
      [FLOWS]: () => page([sampleFlow()]),
      "PATCH /api/v1/flows/flw_1": () =>
        problem(400, "invalid_request", {
          fields: [{ field: "settings.greeting", code: "hidden_characters", message: "" }],
        }),
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
    });
    renderConsole("/console/flows");
    await chooseAction("Welcome", "Edit in a form");
    type("Greeting", "Hi");
    await press("Save and publish");
    const fault = await screen.findByText("There are characters that cannot be seen; please type it again.");
    expect(fault.closest(".ant-form-item")?.contains(screen.getByLabelText("Greeting"))).toBe(true);
  });

  it("FLOW-01: searches by name, tells who edited a flow last, renames it and copies it", async () => {
    const server = fakeServer({
      [FLOWS]: () => page([sampleFlow({ editor: "Ann Lin" })]),
      "PATCH /api/v1/flows/flw_1": () => ({ json: sampleFlow({ name: "Night" }) }),
      "POST /api/v1/flows/flw_1/copy": () => ({ json: sampleFlow({ id: "flw_2", name: "Welcome copy" }) }),
    });
    renderConsole("/console/flows?query=wel");
    expect(await screen.findByText(/Ann Lin/)).toBeTruthy();
    expect(server.callsOf(FLOWS)[0]?.query).toMatchObject({ query: "wel" });
    await chooseAction("Welcome", "Rename");
    type("Name", "Night");
    await press("Save");
    expect(await screen.findByText("It is called “Night” now")).toBeTruthy();
    expect(server.callsOf("PATCH /api/v1/flows/flw_1")[0]?.body).toEqual({ name: "Night" });
    await chooseAction("Welcome", "Copy");
    await press("Save");
    expect(await screen.findByText("Copied as “Welcome copy”")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/flows/flw_1/copy")[0]?.body).toEqual({ name: "Welcome copy" });
  });

  it("R19: a refused deletion names the channels", async () => {
    fakeServer({
      [FLOWS]: () => page([sampleFlow()]),
      "DELETE /api/v1/flows/flw_1": () =>
        problem(409, "in_use", { details: { channels: [{ id: "chn_1", title: "Website" }] } }),
    });
    renderConsole("/console/flows");
    await chooseAction("Welcome", "Delete");
    await press("Delete");
    expect(await screen.findByRole("link", { name: "Website" })).toBeTruthy();
  });
});

describe("FLOW-16: files", () => {
  it("makes a flow of a file; what is no JSON is said before it is sent", async () => {
    const server = fakeServer({
      "POST /api/v1/flows/import": () => ({ status: 201, json: { id: "flw_9", faults: [] } }),
    });
    renderConsole("/console/flows");
    await press("Import");
    // The field is made anew after each choice.
    const choose = (text: string, name: string) => {
      const field = document.querySelector<HTMLInputElement>("input[type=file]");
      if (field === null) throw new Error("no file field");
      fireEvent.change(field, { target: { files: [new File([text], name)] } });
    };
    choose("no json", "broken.json");
    expect(await screen.findByText("This file is no JSON.")).toBeTruthy();
    choose(JSON.stringify(emptyFlow()), "Night shift.json");
    await waitFor(() => expect(screen.queryByText("This file is no JSON.")).toBeNull());
    type("Name", "Night shift");
    const [, send] = await screen.findAllByRole("button", { name: "Import" });
    if (send === undefined) throw new Error("no button in the drawer");
    fireEvent.click(send);
    expect(await screen.findByText("“Night shift” is imported; channels can use it once it is published")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/flows/import")[0]?.body).toEqual({
      name: "Night shift",
      document: emptyFlow(),
    });
  });

  it("says that a flow was never published", async () => {
    fakeServer({ [FLOWS]: () => page([sampleFlow({ version: 0 })]) });
    renderConsole("/console/flows");
    expect(await screen.findByText("Not published")).toBeTruthy();
  });
});
