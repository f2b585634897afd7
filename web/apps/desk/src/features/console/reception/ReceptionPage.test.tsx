import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { press, type } from "../testing/actions";
import { fakeServer, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";

const GET = "GET /api/v1/reception-settings";
const PUT = "PUT /api/v1/reception-settings";
const usual = { grace_seconds: 60, after_grace: "requeue", time_zone: "" };

describe("ROUTE-22: how the contact centre receives visitors", () => {
  it("shows the settings, and changes them as a whole", async () => {
    let settings: object = usual;
    const server = fakeServer({
      [GET]: () => ({ json: settings }),
      [PUT]: ({ body }) => ({ json: (settings = body as object) }),
    });
    renderConsole("/console/reception");
    expect(await screen.findByText("60 seconds")).toBeTruthy();
    expect(screen.getByText("The server's own time zone")).toBeTruthy();
    await press("Change");
    type("Grace (seconds)", "4");
    expect(await screen.findByText("A whole number from 5 to 3600")).toBeTruthy();
    type("Grace (seconds)", "90");
    await waitFor(() => expect(screen.queryByText("A whole number from 5 to 3600")).toBeNull());
    fireEvent.click(screen.getByRole("radio", { name: "Stay with the agent until they come back" }));
    await press("Save");
    expect(await screen.findByText("90 seconds")).toBeTruthy();
    expect(server.callsOf(PUT)[0]?.body).toEqual({ grace_seconds: 90, after_grace: "keep", time_zone: "" });
    expect(server.callsOf(PUT)[0]?.headers.get("idempotency-key")).toBeTruthy();
  });

  it("says what the server refuses at its field", async () => {
    fakeServer({
      [GET]: () => ({ json: usual }),
      [PUT]: () => problem(400, "invalid_fields", { fields: [{ field: "grace_seconds", code: "out_of_range" }] }),
    });
    renderConsole("/console/reception");
    await press("Change");
    await press("Save");
    expect(await screen.findByText("This is outside the allowed range.")).toBeTruthy();
  });
});
