import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import type { FlowDiff } from "../../shared/wire";
import { press } from "../../testing/actions";
import { fakeServer, page, problem } from "../../testing/fake-server";
import { renderPart } from "../../testing/render-console";
import { sampleFlow } from "../../testing/samples";
import { branchingFlow } from "../editor/document/samples";
import { VersionsDrawer } from "./VersionsDrawer";

const VERSIONS = "GET /api/v1/flows/flw_1/versions";
const DIFF = "GET /api/v1/flows/flw_1/diff";

const third = { version: 3, note: "For the holidays", published_at: 1_790_000_000_000, published_by: "Ann" };
const second = { version: 2, note: "", published_at: 1_780_000_000_000 };

const nothing: FlowDiff = {
  fields: [],
  nodes_added: [],
  nodes_removed: [],
  nodes_changed: [],
  connections_added: [],
  connections_removed: [],
};

function open(onRestored = vi.fn()) {
  renderPart(
    <VersionsDrawer
      flow={{ id: "flw_1", name: "Welcome" }}
      document={branchingFlow()}
      onRestored={onRestored}
      onClose={vi.fn()}
    />,
  );
  return onRestored;
}

describe("FLOW-14: versions of a flow", () => {
  it("tells who published what and why, newest first, and older ones when asked", async () => {
    fakeServer({
      [VERSIONS]: ({ query }) => (query.cursor === "c" ? page([second]) : page([third], "c")),
    });
    open();
    expect(await screen.findByText("For the holidays")).toBeTruthy();
    expect(screen.getByText("Current")).toBeTruthy();
    expect(screen.getByText(/^Ann/)).toBeTruthy();
    await press("Older versions");
    expect(await screen.findByText("Without a note")).toBeTruthy();
    expect(screen.getByText(/^The system/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Restore version 3" })).toBeNull();
  });

  it("shows what the draft has changed, in the names of its nodes", async () => {
    fakeServer({
      [VERSIONS]: () => page([third, second]),
      [DIFF]: ({ query }) => ({
        json:
          query.from === "3"
            ? nothing
            : {
                ...nothing,
                nodes_changed: [
                  {
                    id: "ask",
                    label: "",
                    is_moved: true,
                    fields: [{ field: "prompt", before: "Where?", after: "Which city?" }],
                  },
                ],
                connections_added: [{ from: "ask", port: "next", to: "menu" }],
              },
      }),
    });
    open();
    await press("Compare version 3 with the draft");
    expect(await screen.findByText("The draft is the same as this version.")).toBeTruthy();
    await press("Compare version 2 with the draft");
    const changes = await screen.findByRole("region", { name: "Since version 2 the draft has changed:" });
    const told = within(changes);
    expect(told.getByText("Collect information (ask)")).toBeTruthy();
    expect(told.getByText("Where?")).toBeTruthy();
    expect(told.getByText("Which city?")).toBeTruthy();
    expect(told.getByText("Connected: “Next” of Collect information (ask) to Menu (menu)")).toBeTruthy();
  });

  it("restores a version after a question, under one key, and says when that fails", async () => {
    const server = fakeServer({
      [VERSIONS]: () => page([third, second]),
      "POST /api/v1/flows/flw_1/versions/2/restore": () => ({ json: sampleFlow({ version: 4 }) }),
    });
    const onRestored = open();
    await press("Restore version 2");
    await press("Restore");
    await waitFor(() => expect(onRestored).toHaveBeenCalledWith(sampleFlow({ version: 4 })));
    const [sent] = server.callsOf("POST /api/v1/flows/flw_1/versions/2/restore");
    expect(sent?.body).toEqual({ note: "Restored from version 2" });
    expect(sent?.headers.get("idempotency-key")).toBeTruthy();

    server.on("POST /api/v1/flows/flw_1/versions/2/restore", () => problem(400, "flow_invalid"));
    await press("Restore version 2");
    await press("Restore");
    expect(await screen.findByText(/flow/i, { selector: ".ant-message *" })).toBeTruthy();
    expect(onRestored).toHaveBeenCalledTimes(1);
  });

  it("offers each version and the draft as a file", async () => {
    fakeServer({ [VERSIONS]: () => page([second]) });
    open();
    const version = await screen.findByRole("link", { name: "Download version 2" });
    expect(version.getAttribute("href")).toBe("/api/v1/flows/flw_1/export?version=2");
    const draft = screen.getByRole("link", { name: /Download the draft/ });
    expect(draft.getAttribute("href")).toBe("/api/v1/flows/flw_1/export");
  });
});
