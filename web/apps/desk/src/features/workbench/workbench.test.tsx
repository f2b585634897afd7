import { sampleEntry, sampleSummary, START } from "@frontdesk/live/testing/samples";
import { welcomeWith } from "@frontdesk/live/testing/start-desk";
import type { AgentServerFrame, SessionSummary } from "@frontdesk/live/types";
import type { Language } from "@frontdesk/ui/i18n/language";
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { openDesk } from "../../testing/open-desk";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});

const asked: SessionSummary = sampleSummary("ses_1", {
  visitor: { ...sampleSummary("ses_1").visitor, nickname: "Lin" },
  last_seq: 1,
  unread: 1,
  last_message: { preview: "where is my parcel?", kind: "text", author: { type: "visitor" }, at: START },
});

const question: AgentServerFrame = {
  type: "entries",
  session_id: "ses_1",
  entries: [
    sampleEntry("ses_1", 1, { body: { kind: "message", content: { type: "text", text: "where is my parcel?" } } }),
  ],
};

const problem = { code: "session_ended", class: "fatal", message: "", request_id: "r" } as const;

/** The workbench with one session from Lin, who asked something. */
async function workbench(path = "/", language: Language = "en") {
  const desk = openDesk(path, {}, language);
  const socket = await desk.socket();
  const say = (...frames: AgentServerFrame[]) => act(() => Promise.resolve(socket.say(...frames)));
  await act(() => Promise.resolve(socket.open()));
  await say(welcomeWith(asked, sampleSummary("ses_2")), question);
  return { ...desk, socket, say };
}

const row = (name: string) =>
  screen.getByText(name, { selector: ".session-name" }).closest<HTMLElement>(".session-link")!;
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });

async function openLin() {
  const desk = await workbench();
  fireEvent.click(row("Lin"));
  await screen.findByRole("textbox", { name: "Message" });
  return desk;
}

describe("the list (WORK-02 to WORK-04)", () => {
  it("shows who, the last message and what is unread; the tab's title counts it", async () => {
    await workbench();
    expect(within(row("Lin")).getByText("where is my parcel?")).toBeTruthy();
    expect(within(row("Lin")).getByText("1 unread")).toBeTruthy();
    await waitFor(() => expect(document.title).toBe("(1) Workbench · Frontdesk"));
  });

  it("speaks Chinese", async () => {
    await workbench("/", "zh-CN");
    expect(screen.getByText("接待中", { selector: "h2" })).toBeTruthy();
    await waitFor(() => expect(document.title).toBe("(1) 工作台 · Frontdesk"));
  });

  it("goes through the rows with the arrow keys", async () => {
    const { router } = await workbench();
    row("Lin").focus();
    fireEvent.keyDown(row("Lin"), { key: "ArrowUp" });
    expect(document.activeElement).not.toBe(row("Lin"));
    await waitFor(() => expect(router.state.location.search).toMatch(/^\?session=ses_/));
  });

  it("finds a visitor by a part of the name", async () => {
    await workbench();
    fireEvent.change(screen.getByRole("searchbox", { name: "Search visitors" }), { target: { value: "LI" } });
    expect(screen.queryByText("Visitor ses_2")).toBeNull();
    expect(row("Lin")).toBeTruthy();
  });
});

describe("talking (WORK-07 to WORK-09)", () => {
  it("opening a conversation tells the visitor that it was read", async () => {
    const { socket } = await openLin();
    await waitFor(() => expect(socket.sentOf("read")).toEqual([{ type: "read", session_id: "ses_1", seq: 1 }]));
  });

  it("Enter sends, Shift+Enter and the Enter of an input method do not", async () => {
    const { socket } = await openLin();
    write("on its way");
    fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
    fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    expect(socket.sentOf("post")).toEqual([]);
    fireEvent.keyDown(field(), { key: "Enter" });
    await waitFor(() =>
      expect(socket.sentOf("post")).toMatchObject([
        { session_id: "ses_1", content: { type: "text", text: "on its way" } },
      ]),
    );
    expect(field().value).toBe("");
    expect(screen.getByRole("img", { name: "Sending" })).toBeTruthy();
  });

  it("blank and over-long texts are not sent", async () => {
    const { socket } = await openLin();
    write("  \n ");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send" }).disabled).toBe(true);
    write("字".repeat(4_001));
    expect(screen.getByText(/At most 4000 characters/)).toBeTruthy();
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(socket.sentOf("post")).toEqual([]);
  });

  it("a refused message is red in the conversation and in the list, and goes again under its key", async () => {
    const { socket, say } = await openLin();
    write("too late?");
    fireEvent.click(screen.getByRole("button", { name: "Send" }));
    const key = socket.sentOf("post")[0]!.client_id;
    await say({ type: "refused", client_id: key, problem });
    expect(await screen.findByText(/Not sent: The session is over/)).toBeTruthy();
    expect(within(row("Lin")).getByRole("img", { name: "Something could not be delivered" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(socket.sentOf("post").map(({ client_id }) => client_id)).toEqual([key, key]));
  });

  it("U3: the acknowledged message and its line are one bubble", async () => {
    const { socket, say } = await openLin();
    write("once");
    fireEvent.keyDown(field(), { key: "Enter" });
    const key = socket.sentOf("post")[0]!.client_id;
    await say({
      type: "ack",
      client_id: key,
      session_id: "ses_1",
      seq: 2,
      entry_id: "ent_2",
      at: START,
      replayed: false,
    });
    const content = { type: "text", text: "once" } as const;
    const author = { type: "agent", agent_id: "agt_1" } as const;
    await say({
      type: "entries",
      session_id: "ses_1",
      entries: [sampleEntry("ses_1", 2, { client_id: key, author, body: { kind: "message", content } })],
    });
    const log = screen.getByRole("log");
    expect(within(log).getAllByText("once")).toHaveLength(1);
    expect(within(log).getByRole("img", { name: "Sent" })).toBeTruthy();
    await say({ type: "read", session_id: "ses_1", visitor_read: 2 });
    expect(await within(log).findByRole("img", { name: "Read" })).toBeTruthy();
  });

  it("what was begun stays with its session, also over a reload", async () => {
    await openLin();
    write("half a thought");
    fireEvent.click(row("Visitor ses_2"));
    await waitFor(() => expect(field().value).toBe(""));
    expect(within(row("Lin")).getByText(/half a thought/)).toBeTruthy();
    cleanup();
    await workbench("/?session=ses_1");
    await waitFor(() => expect(field().value).toBe("half a thought"));
  });

  it("T101: markup stays text, and only web addresses become links", async () => {
    const { say } = await openLin();
    const text = "<img src=x onerror=alert(1)> javascript:alert(1) https://example.com/a";
    await say({
      type: "entries",
      session_id: "ses_1",
      entries: [sampleEntry("ses_1", 2, { body: { kind: "message", content: { type: "text", text } } })],
    });
    const log = screen.getByRole("log");
    expect(log.querySelector("img")).toBeNull();
    expect([...log.querySelectorAll("a")].map((link) => link.href)).toEqual(["https://example.com/a"]);
  });

  it("shows that the visitor is typing", async () => {
    const { say } = await openLin();
    await say({ type: "typing", session_id: "ses_1" });
    expect(await screen.findByText("Lin is typing…")).toBeTruthy();
  });
});

it("WORK-21: an ended session offers to be completed instead of a field", async () => {
  const { say } = await openLin();
  await say({
    type: "session",
    cursor: 11,
    session: { ...asked, stage: "ended", ended_at: START + 1, ended_by: "visitor" },
  });
  expect(await screen.findByText("The session is over")).toBeTruthy();
  expect(screen.queryByRole("textbox", { name: "Message" })).toBeNull();
});

it("C12, R28: signed in elsewhere, the page says so, shows nothing else and offers to sign in here again", async () => {
  const { say } = await openLin();
  await say({ type: "kicked", reason: "replaced" });
  expect(await screen.findByText("You were signed in at another place")).toBeTruthy();
  expect(screen.queryByText("where is my parcel?")).toBeNull();
  expect(screen.getByRole("button", { name: "Sign in here again" })).toBeTruthy();
});

it("U2: a lost connection is told with what waits and a way to try now", async () => {
  const { socket, sockets } = await openLin();
  act(() => socket.cut());
  write("written offline");
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(await screen.findByText("1 messages wait to be sent")).toBeTruthy();
  const before = sockets.length;
  fireEvent.click(screen.getByRole("button", { name: "Try now" }));
  expect(sockets.length).toBeGreaterThanOrEqual(before);
});

it("ROUTE-03: Go ready asks the server and is gone when ready", async () => {
  const { sampleMe } = await import("@frontdesk/live/testing/samples");
  const notReady = sampleMe({ status: "not_ready", shown_status: "not_ready" });
  const desk = openDesk("/", {
    "GET /api/v1/me": () => Response.json(notReady),
    "PUT /api/v1/me/status": () => Response.json(sampleMe()),
  });
  fireEvent.click(await screen.findByRole("button", { name: "Go ready" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Go ready" })).toBeNull());
  expect(desk.calls.at(-1)).toEqual({ operation: "PUT /api/v1/me/status", body: { status: "free" } });
});

it("F39, ROUTE-22: whoever comes back too late is told which sessions went to the queue", async () => {
  const { say } = await openLin();
  await say({ type: "removed", cursor: 11, session_id: "ses_1" });
  expect(await screen.findByText(/went back to the queue and are not yours any more: 1/)).toBeTruthy();
});

it("WORK-26: who has gone offline sees it, and the way back", async () => {
  const { sampleMe } = await import("@frontdesk/live/testing/samples");
  const desk = openDesk("/", {
    "GET /api/v1/me": () => Response.json(sampleMe({ status: "offline", shown_status: "offline" })),
    "PUT /api/v1/me/status": () => Response.json(sampleMe()),
  });
  fireEvent.click(await screen.findByRole("button", { name: "Go online" }));
  await waitFor(() => expect(screen.queryByText(/You are offline/)).toBeNull());
  expect(desk.calls.at(-1)).toEqual({ operation: "PUT /api/v1/me/status", body: { status: "free" } });
});

it("WORK-26: a connection that comes back is told for a moment", async () => {
  const { socket, sockets } = await openLin();
  act(() => socket.cut());
  fireEvent.click(await screen.findByRole("button", { name: "Try now" }));
  await waitFor(() => expect(sockets.length).toBeGreaterThan(1));
  const again = sockets.at(-1);
  act(() => again?.open());
  act(() => again?.say(welcomeWith(asked)));
  expect(await screen.findByText("Connected again")).toBeTruthy();
});

describe("the visitor's picture (CHAN-04, T106)", () => {
  const address = "https://img.example/lin.png?key=secret";
  const pictured = { ...asked, visitor: { ...asked.visitor, avatar: address } };
  const pictures = () => [...document.querySelectorAll<HTMLImageElement>(".visitor-picture img")];

  it("comes from the desk, never from the address that the page told; without one the initial stays", async () => {
    const { say } = await openLin();
    expect(pictures()).toEqual([]);
    await say({ type: "session", cursor: 11, session: pictured });
    await waitFor(() => expect(pictures().length).toBeGreaterThanOrEqual(2));
    const sources = new Set(pictures().map((picture) => picture.getAttribute("src")));
    expect(sources.size).toBe(1);
    const [source] = sources;
    expect(source).toMatch(/^\/api\/v1\/sessions\/ses_1\/visitor-picture\?of=\d+$/);
    expect(document.documentElement.innerHTML).not.toMatch(/src="[^"]*img\.example/);

    for (const picture of pictures()) fireEvent.error(picture);
    expect(pictures()).toEqual([]);
    expect(row("Lin").querySelector(".visitor-picture")?.textContent).toBe("L");

    // Another address is another picture.
    const other = { ...asked, visitor: { ...asked.visitor, avatar: "https://img.example/2.png" } };
    await say({ type: "session", cursor: 12, session: other });
    await waitFor(() => expect(pictures().length).toBeGreaterThanOrEqual(2));
    expect(pictures()[0]!.getAttribute("src")).not.toBe(source);
  });
});
