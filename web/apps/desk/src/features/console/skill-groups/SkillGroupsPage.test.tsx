import { screen, waitFor, within, fireEvent } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { chooseAction, pick, press, type } from "../testing/actions";
import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleAgent, sampleGroup, sampleMember } from "../testing/samples";

const GROUPS = "GET /api/v1/skill-groups";
const MEMBERS = "GET /api/v1/skill-groups/grp_1/members";

describe("ADM-09: skill groups", () => {
  it("shows limit and members, ten groups a page", async () => {
    const server = fakeServer({ [GROUPS]: () => page([sampleGroup({ reception_limit: 7, member_count: 4 })]) });
    renderConsole("/console/skill-groups");
    const row = (await screen.findByText("Sales")).closest("tr") ?? document.body;
    expect(within(row).getByText("7")).toBeTruthy();
    expect(within(row).getByRole("button", { name: "4" })).toBeTruthy();
    expect(server.callsOf(GROUPS)[0]?.query).toEqual({ limit: "10" });
  });

  it("searches by group or agent", async () => {
    const server = fakeServer();
    const router = renderConsole("/console/skill-groups");
    fireEvent.change(await screen.findByRole("searchbox"), { target: { value: "ann@example.com" } });
    expect(await screen.findByText("No skill group matches")).toBeTruthy();
    expect(server.callsOf(GROUPS).at(-1)?.query.query).toBe("ann@example.com");
    await press("Clear the search");
    expect(await screen.findByText("No skill groups yet")).toBeTruthy();
    expect(router.state.location.search).toBe("");
  });

  it("adds a group within the limits and goes on to its members", async () => {
    const server = fakeServer({
      "POST /api/v1/skill-groups": () => ({ status: 201, json: sampleGroup({ member_count: 0 }) }),
      [MEMBERS]: () => page([]),
    });
    renderConsole("/console/skill-groups");
    await press("Add skill group");
    type("Name", "Sales");
    type("Reception limit", "201");
    expect(await screen.findByText("A whole number from 1 to 200")).toBeTruthy();
    type("Reception limit", "12");
    await press("Add skill group", await screen.findByRole("dialog"));
    expect(await screen.findByText("Members of “Sales”")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/skill-groups")[0]?.body).toEqual({ name: "Sales", reception_limit: 12 });
  });

  it("shows a taken name at the field, also when the server names no field", async () => {
    fakeServer({ "POST /api/v1/skill-groups": () => problem(409, "name_taken") });
    renderConsole("/console/skill-groups");
    await press("Add skill group");
    type("Name", "Sales");
    await press("Add skill group", await screen.findByRole("dialog"));
    const fault = await screen.findByText("This name is taken.");
    expect(fault.closest(".ant-form-item")?.contains(screen.getByLabelText("Name"))).toBe(true);
  });

  it("R19: says which flows stand in the way of a deletion", async () => {
    fakeServer({
      [GROUPS]: () => page([sampleGroup()]),
      "DELETE /api/v1/skill-groups/grp_1": () =>
        problem(409, "in_use", { details: { flows: [{ id: "flw_1", name: "Welcome" }] } }),
    });
    renderConsole("/console/skill-groups");
    await chooseAction("Sales", "Delete");
    await press("Delete");
    expect(await screen.findByRole("link", { name: "Welcome" })).toBeTruthy();
  });
});

describe("ADM-09: members of a skill group", () => {
  it("adds an agent with priority 3 unless told otherwise", async () => {
    const server = fakeServer({
      [GROUPS]: () => page([sampleGroup()]),
      [MEMBERS]: () => page([]),
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "PUT /api/v1/skill-groups/grp_1/members/agt_1": () => ({ json: sampleMember() }),
    });
    renderConsole("/console/skill-groups");
    await press("Manage members");
    expect(await screen.findByText("No members yet")).toBeTruthy();
    await pick("Add member", "Ann Lee · 1001 · ann@example.com");
    await press("Add member");
    await waitFor(() => expect(server.callsOf("PUT /api/v1/skill-groups/grp_1/members/agt_1")).toHaveLength(1));
    expect(server.callsOf("PUT /api/v1/skill-groups/grp_1/members/agt_1")[0]?.body).toEqual({ priority: 3 });
    await waitFor(() => expect(server.callsOf(MEMBERS).length).toBeGreaterThan(1));
  });

  it("ROUTE-02: changes a priority and removes a member", async () => {
    const server = fakeServer({
      [GROUPS]: () => page([sampleGroup()]),
      [MEMBERS]: () => page([sampleMember()]),
      "PUT /api/v1/skill-groups/grp_1/members/agt_1": () => ({ json: sampleMember({ priority: 1 }) }),
      "DELETE /api/v1/skill-groups/grp_1/members/agt_1": () => ({ json: { done: true } }),
    });
    renderConsole("/console/skill-groups");
    await press("Manage members");
    await pick("Priority of “Ann Lee”", "1 (highest)");
    await waitFor(() =>
      expect(server.callsOf("PUT /api/v1/skill-groups/grp_1/members/agt_1")[0]?.body).toEqual({ priority: 1 }),
    );
    await press("Remove");
    expect((await screen.findAllByText("Remove “Ann Lee” from this group?")).length).toBeGreaterThan(0);
    await press("Remove", screen.getAllByRole("dialog").at(-1));
    await waitFor(() => expect(server.callsOf("DELETE /api/v1/skill-groups/grp_1/members/agt_1")).toHaveLength(1));
  });
});
