import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { DEFAULT_COLOUR } from "../shared/limits";
import { chooseAction, pick, press, type } from "../testing/actions";
import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleChannel, sampleFlow } from "../testing/samples";

const CHANNELS = "GET /api/v1/channels";

describe("CHAN-01: website channels", () => {
  it("shows title, link and flow", async () => {
    fakeServer({ [CHANNELS]: () => page([sampleChannel({ requires_identity: true, has_identity_secret: true })]) });
    renderConsole("/console/channels");
    expect(await screen.findByText("Website")).toBeTruthy();
    expect(screen.getByText("Welcome")).toBeTruthy();
    expect(screen.getByText("Required")).toBeTruthy();
    const link = screen.getByRole("link", { name: "Open the chat page: Website" });
    expect(link.getAttribute("href")).toBe(`${location.origin}/chat/demo`);
  });

  it("SEC-03: warns of a channel that refuses everybody", async () => {
    fakeServer({ [CHANNELS]: () => page([sampleChannel({ requires_identity: true })]) });
    renderConsole("/console/channels");
    expect(await screen.findByText("Required, but no secret yet")).toBeTruthy();
  });

  it("needs a title and a flow, and leaves an empty link name to the server", async () => {
    const server = fakeServer({
      "GET /api/v1/flows": () => page([sampleFlow()]),
      "POST /api/v1/channels": () => ({ status: 201, json: sampleChannel() }),
    });
    renderConsole("/console/channels");
    await press("Add channel");
    const dialog = await screen.findByRole("dialog");
    type("Title", "Website");
    await press("Add channel", dialog);
    expect(await screen.findByText("A channel needs a flow")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/channels")).toHaveLength(0);
    await pick("Flow", "Welcome");
    await press("Add channel", dialog);
    await waitFor(() => expect(server.callsOf("POST /api/v1/channels")).toHaveLength(1));
    expect(server.callsOf("POST /api/v1/channels")[0]?.body).toEqual({
      title: "Website",
      colour: DEFAULT_COLOUR,
      flow_id: "flw_1",
      requires_identity: false,
      launcher_side: "right",
      launcher_text: "",
      websites: [],
    });
  });

  it("T316: checks a link name while it is typed", async () => {
    fakeServer();
    renderConsole("/console/channels");
    await press("Add channel");
    await screen.findByRole("dialog");
    type("Link name", "../x");
    expect(await screen.findByText("3 to 40 small letters, digits and -")).toBeTruthy();
    type("Link name", "shop-1");
    await waitFor(() => expect(screen.queryByText("3 to 40 small letters, digits and -")).toBeNull());
  });

  it("R19: a refused deletion lists the open sessions", async () => {
    fakeServer({
      [CHANNELS]: () => page([sampleChannel()]),
      "DELETE /api/v1/channels/chn_1": () =>
        problem(409, "has_open_sessions", {
          details: {
            sessions: [{ id: "ses_1", visitor: "访客_1", source: "Website@web", started_at: 1_760_000_000_000 }],
          },
        }),
    });
    renderConsole("/console/channels");
    await chooseAction("Website", "Delete");
    await press("Delete");
    expect(await screen.findByText("访客_1")).toBeTruthy();
  });
});

describe("SEC-03: the identity secret", () => {
  it("is shown once and is gone after closing", async () => {
    fakeServer({
      [CHANNELS]: () => page([sampleChannel()]),
      "POST /api/v1/channels/chn_1/identity-secret": () => ({ json: { secret: "ab".repeat(32) } }),
    });
    renderConsole("/console/channels");
    await chooseAction("Website", "Identity secret");
    await press("Make a secret");
    expect(await screen.findByDisplayValue("ab".repeat(32))).toBeTruthy();
    await press("Close");
    await press("Kept, close");
    await waitFor(() => expect(screen.queryByDisplayValue("ab".repeat(32))).toBeNull());
  });

  it("asks before a new one takes the place of the old", async () => {
    const server = fakeServer({
      [CHANNELS]: () => page([sampleChannel({ has_identity_secret: true })]),
      "POST /api/v1/channels/chn_1/identity-secret": () => ({ json: { secret: "cd".repeat(32) } }),
    });
    renderConsole("/console/channels");
    await chooseAction("Website", "Identity secret");
    await press("Make a new secret");
    expect((await screen.findAllByText(/The old one stops working at once/)).length).toBeGreaterThan(0);
    expect(server.callsOf("POST /api/v1/channels/chn_1/identity-secret")).toHaveLength(0);
    await press("Make a new secret", screen.getAllByRole("dialog").at(-1));
    expect(await screen.findByDisplayValue("cd".repeat(32))).toBeTruthy();
  });
});

describe("CHAN-02: the embed dialog", () => {
  const WIDGET = "GET /chat-assets/widget/widget.json";
  const widget = () => ({ json: { path: "/chat-assets/widget/assets/widget-1.js", integrity: "sha384-abc" } });

  it("T225, T220: shows code, link and QR code with the configured address, and the code with a hash", async () => {
    fakeServer({ [CHANNELS]: () => page([sampleChannel()]), [WIDGET]: widget });
    renderConsole("/console/channels");
    await chooseAction("Website", "Put on a website");
    const dialog = await screen.findByRole("dialog");
    const line = '<script async src="https://desk.example/widget.js" data-channel="demo"></script>';
    expect(screen.getByLabelText("Code").textContent).toBe(line);
    expect(screen.getByLabelText("Direct link").textContent).toBe("https://desk.example/chat/demo");
    expect(screen.getByRole("img", { name: "QR code of the link: https://desk.example/chat/demo" })).toBeTruthy();
    const pinned = await screen.findByLabelText("With integrity check (SRI)");
    expect(pinned.textContent).toContain('integrity="sha384-abc" crossorigin="anonymous" data-channel="demo"');
    expect(screen.getByRole("link", { name: "Try it now" }).getAttribute("href")).toBe("/try/demo");
    expect(dialog.textContent).not.toContain("No website may show this chat yet.");
  });

  it("T212: says that a channel without websites cannot be shown anywhere, and leads to the form", async () => {
    fakeServer({ [CHANNELS]: () => page([sampleChannel({ websites: [] })]), [WIDGET]: widget });
    renderConsole("/console/channels");
    await chooseAction("Website", "Put on a website");
    expect(await screen.findByText("No website may show this chat yet.")).toBeTruthy();
    await press("Add websites");
    expect(await screen.findByText("Websites that may show the chat")).toBeTruthy();
  });
});
