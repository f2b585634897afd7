import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleAgent, sampleChannel, sampleFlow, sampleGroup } from "../testing/samples";
import { doneSteps } from "./setup-steps";

describe("ADM-01: the set-up guide", () => {
  it("begins with the first step", async () => {
    fakeServer({ "GET /api/v1/agents": () => page([sampleAgent({ role: "admin" })]) });
    renderConsole("/console");
    expect(await screen.findByText("0 of 4 steps done")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Add agents" }).getAttribute("href")).toBe("/console/agents");
    expect(screen.getAllByLabelText("Not done yet")).toHaveLength(4);
  });

  it("ticks what is done and shows the chat page's link", async () => {
    fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent(), sampleAgent({ id: "agt_2" })]),
      "GET /api/v1/flows": () => page([sampleFlow()]),
      "GET /api/v1/channels": () => page([sampleChannel()]),
    });
    renderConsole("/console");
    expect(await screen.findByText("3 of 4 steps done")).toBeTruthy();
    expect(screen.getAllByLabelText("Done")).toHaveLength(3);
    expect(screen.getByRole("link", { name: "Open the chat page: Website" })).toBeTruthy();
  });

  it("is one line when all is done", async () => {
    fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
      "GET /api/v1/flows": () => page([sampleFlow()]),
      "GET /api/v1/channels": () => page([sampleChannel()]),
    });
    renderConsole("/console");
    expect(await screen.findByText("All set: you can receive visitors")).toBeTruthy();
  });

  it("can be tried again after a failure", async () => {
    const server = fakeServer({ "GET /api/v1/flows": () => problem(503, "unavailable") });
    renderConsole("/console");
    const again = await screen.findByRole("button", { name: "Try again" });
    server.on("GET /api/v1/flows", () => page([]));
    fireEvent.click(again);
    expect(await screen.findByText("0 of 4 steps done")).toBeTruthy();
  });

  it("lets somebody who answers alone be done without a second agent", () => {
    const facts = { agents: [{ id: "agt_1" }], skillGroups: [{ member_count: 1 }], flows: [], channels: [] };
    expect([...doneSteps(facts)]).toEqual(["agents", "groups"]);
    expect([...doneSteps({ ...facts, skillGroups: [{ member_count: 0 }] })]).toEqual([]);
  });
});
