import { vi } from "vitest";

/** What a test's server was asked. */
interface Call {
  /** For example `POST /api/v1/agents`. */
  operation: string;
  query: Record<string, string>;
  headers: Headers;
  body: unknown;
}

interface Answer {
  status?: number;
  json: unknown;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

interface FakeServer {
  calls: Call[];
  /** The calls of one operation. */
  callsOf: (operation: string) => Call[];
  /** Answers an operation otherwise from now on. */
  on: (operation: string, handler: Handler) => void;
}

/** Lists that a test does not care about are empty. */
const EMPTY_LISTS = ["agents", "skill-groups", "channels", "flows", "rating-configs", "mail-outbox"];

/** Takes the place of `fetch`; an operation that nobody answers fails the call as 404. */
export function fakeServer(handlers: Readonly<Record<string, Handler>> = {}): FakeServer {
  const known = new Map<string, Handler>([
    ...EMPTY_LISTS.map((noun) => [`GET /api/v1/${noun}`, () => page([])] as const),
    ...Object.entries(handlers),
  ]);
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const call: Call = {
      operation: `${request.method} ${url.pathname}`,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    calls.push(call);
    const handler = known.get(call.operation);
    const { status = 200, json } = handler ? await handler(call) : problem(404, "not_found");
    return Response.json(json, { status });
  });
  return {
    calls,
    callsOf: (operation) => calls.filter((call) => call.operation === operation),
    on: (operation, handler) => known.set(operation, handler),
  };
}

/** A page of a list. */
export function page(items: readonly unknown[], next?: string): Answer {
  return { json: { items, ...(next === undefined ? {} : { next }) } };
}

/** A refusal in the API's one shape. */
export function problem(status: number, code: string, more: object = {}): Answer {
  return {
    status,
    json: { code, message: code, class: status >= 500 ? "retry" : "fatal", request_id: "req_test", ...more },
  };
}
