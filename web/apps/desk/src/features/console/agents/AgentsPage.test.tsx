import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleAgent, sampleGroup } from "../testing/samples";

async function openAddForm() {
  fireEvent.click((await screen.findAllByRole("button", { name: "Add agent" }))[0]!);
  return screen.findByRole("dialog");
}

function type(label: string, value: string) {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

function fillAgent() {
  type("Real name", " Bob Stone ");
  type("Public nickname", "Bob");
  type("Staff no.", "1002");
  type("E-mail", "bob@example.com");
}

function save(dialog: HTMLElement) {
  fireEvent.click(within(dialog).getByRole("button", { name: "Add agent" }));
}

describe("ADM-02: the list of agents", () => {
  it("shows who is there", async () => {
    fakeServer({
      "GET /api/v1/agents": () =>
        page([sampleAgent(), sampleAgent({ id: "agt_2", email: "bob@example.com", load: 0, is_forced_offline: true })]),
    });
    renderConsole("/console/agents");
    expect(await screen.findByText("ann@example.com")).toBeTruthy();
    expect(screen.getByText("2 / 10")).toBeTruthy();
    expect(screen.getByText("Forced offline")).toBeTruthy();
  });

  it("says what it is for while empty, and offers the first action", async () => {
    fakeServer();
    renderConsole("/console/agents");
    expect(await screen.findByText("No agents yet")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "Add agent" })).toHaveLength(2);
  });

  it("shows a failure with a way to try again", async () => {
    const server = fakeServer({ "GET /api/v1/agents": () => problem(503, "unavailable") });
    renderConsole("/console/agents");
    expect(await screen.findByText("This could not be loaded")).toBeTruthy();
    server.on("GET /api/v1/agents", () => page([sampleAgent()]));
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("ann@example.com")).toBeTruthy();
  });

  it("searches when typing rests and keeps the search in the address", async () => {
    const server = fakeServer({
      "GET /api/v1/agents": ({ query }) => page(query.query === "ann" ? [sampleAgent()] : []),
    });
    const router = renderConsole("/console/agents?cursor=c9");
    fireEvent.change(await screen.findByRole("searchbox"), { target: { value: "ann" } });
    expect(await screen.findByText("ann@example.com")).toBeTruthy();
    expect(router.state.location.search).toBe("?query=ann");
    expect(server.callsOf("GET /api/v1/agents").at(-1)?.query).toEqual({ query: "ann", limit: "15" });
  });

  it("goes to the next page and back by cursor", async () => {
    fakeServer({
      "GET /api/v1/agents": ({ query }) =>
        query.cursor === "c2" ? page([sampleAgent({ email: "two@example.com" })]) : page([sampleAgent()], "c2"),
    });
    const router = renderConsole("/console/agents");
    fireEvent.click(await screen.findByRole("button", { name: /Next/ }));
    expect(await screen.findByText("two@example.com")).toBeTruthy();
    expect(router.state.location.search).toBe("?cursor=c2");
    fireEvent.click(screen.getByRole("button", { name: /Previous/ }));
    expect(await screen.findByText("ann@example.com")).toBeTruthy();
    expect(router.state.location.search).toBe("");
  });
});

describe("ADM-02: adding an agent", () => {
  it("sends what was filled in and says that the password lies in the outbox", async () => {
    const server = fakeServer({
      "GET /api/v1/skill-groups": () => page([sampleGroup()]),
      "POST /api/v1/agents": () => ({
        status: 201,
        json: { agent: sampleAgent({ name: "Bob Stone", email: "bob@example.com" }), password_mail: "kept" },
      }),
    });
    renderConsole("/console/agents");
    const dialog = await openAddForm();
    fillAgent();
    save(dialog);
    expect(await screen.findByText(/not sent but kept in the mail outbox/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Open the mail outbox" }).getAttribute("href")).toBe(
      "/console/mail-outbox",
    );
    const [call] = server.callsOf("POST /api/v1/agents");
    expect(call?.body).toEqual({
      name: "Bob Stone",
      nickname: "Bob",
      staff_no: "1002",
      email: "bob@example.com",
      role: "agent",
      skill_group_ids: [],
    });
    expect(call?.headers.get("Idempotency-Key")).toBeTruthy();
  });

  it("checks beside the field while typing, as the server would", async () => {
    fakeServer();
    renderConsole("/console/agents");
    await openAddForm();
    type("Staff no.", "工号 1");
    expect(await screen.findByText("Letters, digits, _ and - only, at most 32")).toBeTruthy();
    type("E-mail", "nobody");
    expect(await screen.findByText("This is not an e-mail address")).toBeTruthy();
    type("Public nickname", "汉".repeat(33));
    expect(await screen.findByText("Use 1 to 32 characters")).toBeTruthy();
    type("Public nickname", "汉".repeat(32));
    await waitFor(() => expect(screen.queryByText("Use 1 to 32 characters")).toBeNull());
  });

  it("sends nothing while a field is wrong", async () => {
    const server = fakeServer();
    renderConsole("/console/agents");
    save(await openAddForm());
    expect((await screen.findAllByText("Please fill this in")).length).toBe(4);
    expect(server.callsOf("POST /api/v1/agents")).toHaveLength(0);
  });

  it("shows the server's fault at its field", async () => {
    fakeServer({
      "POST /api/v1/agents": () =>
        problem(409, "staff_no_taken", { fields: [{ field: "staff_no", code: "taken", message: "taken" }] }),
    });
    renderConsole("/console/agents");
    const dialog = await openAddForm();
    fillAgent();
    save(dialog);
    const fault = await screen.findByText("This is taken already. Choose another one.");
    expect(fault.closest(".ant-form-item")?.contains(screen.getByLabelText("Staff no."))).toBe(true);
  });

  it("C02, C20: keeps its key while it is unknown whether it was done, and makes a new one for other content", async () => {
    const server = fakeServer({ "POST /api/v1/agents": () => problem(503, "unavailable") });
    renderConsole("/console/agents");
    const dialog = await openAddForm();
    fillAgent();
    save(dialog);
    await screen.findByText(/not available right now/);
    const sent = () => server.callsOf("POST /api/v1/agents").map((call) => call.headers.get("Idempotency-Key"));
    const before = sent().length;
    save(dialog);
    await waitFor(() => expect(sent().length).toBeGreaterThan(before));
    expect(new Set(sent()).size).toBe(1);
    await waitFor(() =>
      expect(within(dialog).getByRole<HTMLButtonElement>("button", { name: "Add agent" }).className).not.toContain(
        "loading",
      ),
    );
    type("Real name", "Bob Brick");
    save(dialog);
    await waitFor(() => expect(new Set(sent()).size).toBe(2));
  });

  it("asks before unsaved changes are lost", async () => {
    fakeServer();
    renderConsole("/console/agents");
    const dialog = await openAddForm();
    type("Real name", "Bob");
    fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect((await screen.findAllByText("Discard unsaved changes?")).length).toBeGreaterThan(0);
    expect(screen.getByLabelText("Real name")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByLabelText("Real name")).toBeNull());
  });

  it("asks before another page takes the place of unsaved changes", async () => {
    fakeServer();
    const router = renderConsole("/console/agents");
    await openAddForm();
    type("Real name", "Bob");
    void router.navigate("/console/flows");
    expect((await screen.findAllByText("Discard unsaved changes?")).length).toBeGreaterThan(0);
    expect(router.state.location.pathname).toBe("/console/agents");
  });
});

async function choose(action: string) {
  fireEvent.click(await screen.findByRole("button", { name: "More actions for “Ann Lee”" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: action }));
}

describe("ADM-04 to ADM-06: what can be done with an agent", () => {
  it("ADM-05: staff number and e-mail are read-only when editing", async () => {
    const server = fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "PATCH /api/v1/agents/agt_1": () => ({ json: sampleAgent({ nickname: "Annie" }) }),
    });
    renderConsole("/console/agents");
    fireEvent.click(await screen.findByRole("button", { name: "Edit" }));
    const dialog = await screen.findByRole("dialog");
    expect(screen.getByLabelText<HTMLInputElement>("Staff no.").readOnly).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>("E-mail").readOnly).toBe(true);
    type("Public nickname", "Annie");
    fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(server.callsOf("PATCH /api/v1/agents/agt_1")).toHaveLength(1));
    expect(server.callsOf("PATCH /api/v1/agents/agt_1")[0]?.body).toEqual({
      name: "Ann Lee",
      nickname: "Annie",
      phone: "",
      role: "agent",
      skill_group_ids: ["grp_1"],
    });
  });

  it("ADM-04: resetting a password says that the old one stops at once", async () => {
    const server = fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "POST /api/v1/agents/agt_1/reset-password": () => ({ json: { password_mail: "sent" } }),
    });
    renderConsole("/console/agents");
    await choose("Reset password");
    expect((await screen.findAllByText(/The old one stops working at once/)).length).toBeGreaterThan(0);
    expect(server.callsOf("POST /api/v1/agents/agt_1/reset-password")).toHaveLength(0);
    fireEvent.click(screen.getByRole("button", { name: "Reset password" }));
    expect(await screen.findByText(/mailed to ann@example.com/)).toBeTruthy();
  });

  it("R19: a refused deletion lists the open sessions", async () => {
    fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "DELETE /api/v1/agents/agt_1": () =>
        problem(409, "has_open_sessions", {
          details: {
            sessions: [{ id: "ses_1", visitor: "访客_2322", source: "官网@web", started_at: 1_760_000_000_000 }],
          },
        }),
    });
    renderConsole("/console/agents");
    await choose("Delete");
    fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
    expect(await screen.findByText("访客_2322")).toBeTruthy();
    expect(screen.getByText("官网@web")).toBeTruthy();
    expect(screen.getByText(/Or force the agent offline first/)).toBeTruthy();
  });

  it("ADM-06: forcing offline tells how many sessions go back to the queue", async () => {
    const server = fakeServer({
      "GET /api/v1/agents": () => page([sampleAgent()]),
      "POST /api/v1/agents/agt_1/force-offline": () => ({ json: sampleAgent({ is_forced_offline: true }) }),
    });
    renderConsole("/console/agents");
    await choose("Force offline");
    expect((await screen.findAllByText(/Open sessions \(2\) go back/)).length).toBeGreaterThan(0);
    fireEvent.click(screen.getByRole("button", { name: "Force offline" }));
    await waitFor(() => expect(server.callsOf("POST /api/v1/agents/agt_1/force-offline")).toHaveLength(1));
  });
});

it("speaks Chinese as well", async () => {
  fakeServer();
  renderConsole("/console/agents", "zh-CN");
  expect(await screen.findByText("还没有座席")).toBeTruthy();
});
