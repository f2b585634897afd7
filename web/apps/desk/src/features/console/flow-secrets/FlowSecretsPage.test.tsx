import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { press, type } from "../testing/actions";
import { fakeServer, page } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import type { FlowSecret } from "../shared/wire";

const LIST = "GET /api/v1/flow-secrets";

const SECRET: FlowSecret = {
  id: "sec_1",
  name: "Key",
  flows: [{ id: "flw_1", name: "Main flow" }],
  created_at: 1_700_000_000_000,
  updated_at: 1_700_000_000_000,
};

describe("FLOW-09: secrets of flows", () => {
  it("adds one, and refuses what cannot stand in a header", async () => {
    const server = fakeServer({ [LIST]: () => page([]), "POST /api/v1/flow-secrets": () => ({ json: SECRET }) });
    renderConsole("/console/flow-secrets");
    await press("Add secret");
    type("Name", "Key");
    type("Secret", " 密码");
    await press("Save");
    expect(await screen.findByText("Visible ASCII characters only, without blanks at the ends.")).toBeTruthy();
    type("Secret", "abc def");
    await press("Save");
    expect(await screen.findByText("Saved")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/flow-secrets")[0]?.body).toEqual({ name: "Key", value: "abc def" });
  });

  it("T1202: replaces one without showing what it was", async () => {
    const server = fakeServer({
      [LIST]: () => page([SECRET]),
      "PUT /api/v1/flow-secrets/sec_1": () => ({ json: SECRET }),
    });
    renderConsole("/console/flow-secrets");
    expect(await screen.findByText("Main flow")).toBeTruthy();
    await press("Replace");
    expect(screen.getByLabelText<HTMLInputElement>("Secret").value).toBe("");
    type("Secret", "other");
    await press("Save");
    expect(await screen.findByText("Saved")).toBeTruthy();
    expect(server.callsOf("PUT /api/v1/flow-secrets/sec_1")[0]?.body).toEqual({ value: "other" });
  });
});
