/** The typed client of the desk's API: paths, bodies and answers come from `openapi.json`. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import { IDEMPOTENCY_KEY, isMutating, newKey } from "./idempotency";
import { isSignedOut, problemFrom, ProblemError, type Trouble } from "./problem";
import { retryingFetch } from "./retry";
import type { paths } from "./schema";

/** The desk's API. */
export type Server = Client<paths>;

/** What the client needs to know of the page. */
export interface ServerOptions {
  /** Scheme, host and port of the desk. */
  origin: string;
  /** From `Me`; missing before anybody is signed in. */
  csrfToken(): string | undefined;
  /** Language of the sentences in problems. */
  language(): string;
  /** The sign-in of this page is over (C12). */
  onSignedOut?(trouble: Trouble): void;
  /** The browser's own unless a test says otherwise. */
  fetch?(request: Request): Promise<Response>;
  random?(): number;
  pause?(milliseconds: number): Promise<void>;
}

/**
 * Makes the client. Commands carry `X-CSRF-Token`, and an `Idempotency-Key` that repeats keep (C02); a caller that
 * repeats a command over more than one call hands its own key in `headers`.
 */
export function createServer(options: ServerOptions): Server {
  const send = retryingFetch({
    fetch: options.fetch ?? ((request) => fetch(request)),
    random: options.random ?? Math.random,
    pause: options.pause ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds))),
  });
  const server = createClient<paths>({ baseUrl: options.origin, credentials: "same-origin", fetch: send });
  server.use(headers(options), refusals(options));
  return server;
}

function headers(options: ServerOptions): Middleware {
  return {
    onRequest({ request }) {
      request.headers.set("Accept-Language", options.language());
      if (!isMutating(request.method)) return request;
      const token = options.csrfToken();
      if (token !== undefined) request.headers.set("X-CSRF-Token", token);
      if (!request.headers.has(IDEMPOTENCY_KEY)) request.headers.set(IDEMPOTENCY_KEY, newKey());
      return request;
    },
  };
}

/** Turns every answer that is no success into a thrown [ProblemError]. */
function refusals(options: ServerOptions): Middleware {
  return {
    async onResponse({ response }) {
      if (response.ok) return;
      const body: unknown = await response
        .clone()
        .json()
        .catch(() => undefined);
      const error = problemFrom(body, response.status);
      if (isSignedOut(error.problem)) options.onSignedOut?.(error.problem);
      throw error;
    },
  };
}

/** What a call answers, without the wrapping. Refusals were thrown before. */
export async function answerOf<Data>(call: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const { data, response } = await call;
  if (data === undefined && response.status !== 202 && response.status !== 204) {
    throw new ProblemError(problemFrom(undefined, response.status).problem, response.status);
  }
  return data as Data;
}
