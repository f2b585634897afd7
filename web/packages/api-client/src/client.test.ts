// @vitest-environment node
import { describe, expect, it, vi } from "vitest";

import { answerOf, createServer, type ServerOptions } from "./client";
import { IDEMPOTENCY_KEY } from "./idempotency";
import { ProblemError, troubleOf } from "./problem";

const problem = (code: string, kind = "fatal") => ({ code, class: kind, message: code, request_id: "req_1" });

function server(answers: (Response | Error)[], options: Partial<ServerOptions> = {}) {
  const fetch = vi.fn<(request: Request) => Promise<Response>>(() => {
    const answer = answers.shift() ?? new Error("no answer left");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const pause = vi.fn(() => Promise.resolve());
  const client = createServer({
    origin: "http://desk.test",
    csrfToken: () => "csrf",
    language: () => "en",
    fetch,
    pause,
    random: () => 0.5,
    ...options,
  });
  const sent = () => fetch.mock.calls.map(([request]) => request);
  return { client, sent, pause };
}

const end = (client: ReturnType<typeof createServer>) =>
  answerOf(client.POST("/api/v1/sessions/{id}/end", { params: { path: { id: "ses_1" } } }));

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => troubleOf(error),
  );

describe("commands", () => {
  it("carry the CSRF token, a key and the language; reads carry no key", async () => {
    const { client, sent } = server([Response.json({ done: true }), Response.json({ items: [] })]);
    await end(client);
    await answerOf(client.GET("/api/v1/sessions"));
    const [command, read] = sent();
    expect(command?.headers.get("X-CSRF-Token")).toBe("csrf");
    expect(command?.headers.get(IDEMPOTENCY_KEY)).toMatch(/^[0-9a-f]{32}$/);
    expect(command?.headers.get("Accept-Language")).toBe("en");
    expect(read?.headers.has(IDEMPOTENCY_KEY)).toBe(false);
    expect(read?.headers.has("X-CSRF-Token")).toBe(false);
  });

  it("C02, C20: are repeated with the same key when no answer comes or the server is busy", async () => {
    const busy = Response.json(problem("busy", "retry"), { status: 503 });
    const { client, sent } = server([new TypeError("cut"), busy, Response.json({ done: true })]);
    expect(await end(client)).toEqual({ done: true });
    expect(new Set(sent().map((request) => request.headers.get(IDEMPOTENCY_KEY))).size).toBe(1);
    expect(sent()).toHaveLength(3);
  });

  it("of different clicks have different keys", async () => {
    const { client, sent } = server([Response.json({ done: true }), Response.json({ done: true })]);
    await end(client);
    await end(client);
    expect(new Set(sent().map((request) => request.headers.get(IDEMPOTENCY_KEY))).size).toBe(2);
  });

  it("keep a key that the caller chose", async () => {
    const { client, sent } = server([Response.json({ done: true })]);
    await client.POST("/api/v1/sessions/complete-all", { headers: { [IDEMPOTENCY_KEY]: "mine" } });
    expect(sent()[0]?.headers.get(IDEMPOTENCY_KEY)).toBe("mine");
  });
});

describe("failures", () => {
  it("no server at all is `offline`, after three attempts", async () => {
    const { client, sent } = server([new TypeError("1"), new TypeError("2"), new TypeError("3")]);
    expect(await refusal(end(client))).toMatchObject({ code: "offline", class: "retry" });
    expect(sent()).toHaveLength(3);
  });

  it("what the server refuses is thrown as it is, and not repeated", async () => {
    const { client, sent } = server([Response.json(problem("session_ended"), { status: 409 })]);
    expect(await refusal(end(client))).toMatchObject({ code: "session_ended", request_id: "req_1" });
    expect(sent()).toHaveLength(1);
  });

  it("a server that wants a long pause is not asked again", async () => {
    const later = Response.json(problem("busy", "retry"), { status: 503, headers: { "Retry-After": "30" } });
    const { client, sent } = server([later]);
    expect(await refusal(end(client))).toMatchObject({ code: "busy" });
    expect(sent()).toHaveLength(1);
  });

  it("an error page of something in between becomes a problem too", async () => {
    const page = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    const { client } = server([page(), page(), page()]);
    expect(await refusal(end(client))).toMatchObject({ code: "unavailable", class: "retry" });
  });

  it("C12: the end of the sign-in is told once to the page", async () => {
    const onSignedOut = vi.fn();
    const { client } = server([Response.json(problem("signed_in_elsewhere"), { status: 401 })], { onSignedOut });
    await expect(end(client)).rejects.toBeInstanceOf(ProblemError);
    expect(onSignedOut).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "signed_in_elsewhere" }));
  });

  it("a call that the page gave up is not repeated", async () => {
    const controller = new AbortController();
    const { client, sent } = server([new DOMException("aborted", "AbortError")]);
    controller.abort();
    await expect(client.GET("/api/v1/sessions", { signal: controller.signal })).rejects.toThrow();
    expect(sent().length).toBeLessThanOrEqual(1);
  });
});
