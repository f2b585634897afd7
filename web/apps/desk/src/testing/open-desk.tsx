import { FakeSocket } from "@frontdesk/live/testing/fake-environment";
import { sampleMe } from "@frontdesk/live/testing/samples";
import { LANGUAGE_KEY, type Language } from "@frontdesk/ui/i18n/language";
import { LanguageProvider } from "@frontdesk/ui/react/language";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure, render } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { vi } from "vitest";

import { SignInProvider } from "../app/sign-in";
import { ThemeProvider } from "../app/theme";
import { deskRoutes } from "../routes/router";

/** A page of forms takes seconds to come up on a busy machine; what is awaited is an event, never the time. */
const PATIENCE_MS = 15_000;
configure({ asyncUtilTimeout: PATIENCE_MS });

/** What the test's server was asked by HTTP. */
interface Call {
  operation: string;
  body: unknown;
}

type Answer = (call: Call) => Response;

/** A refusal in the API's one shape. */
export function refusal(status: number, code: string): Response {
  return Response.json({ code, class: "fatal", message: code, request_id: "req_test" }, { status });
}

/** Opens the desk at `path`, with the test as its server: HTTP by `answers` (`GET /api/v1/me` …), sockets by hand. */
export function openDesk(path: string, answers: Record<string, Answer> = {}, language: Language = "en") {
  localStorage.setItem(LANGUAGE_KEY, language);
  const calls: Call[] = [];
  const known: Record<string, Answer> = {
    "GET /api/v1/me": () => Response.json(sampleMe()),
    "GET /api/v1/sign-in-page": () => Response.json({}),
    "GET /api/v1/sessions/ses_1/history": () => Response.json({ entries: [], sessions: [] }),
    ...answers,
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.text();
    const operation = `${request.method} ${new URL(request.url).pathname}`;
    const call: Call = { operation, body: text === "" ? undefined : JSON.parse(text) };
    calls.push(call);
    return known[operation]?.(call) ?? refusal(404, "not_found");
  });
  const sockets: FakeSocket[] = [];
  vi.stubGlobal(
    "WebSocket",
    class extends FakeSocket {
      constructor() {
        super();
        sockets.push(this);
      }
    },
  );
  const router = createMemoryRouter(deskRoutes, { initialEntries: [path] });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <LanguageProvider>
      <ThemeProvider>
        <QueryClientProvider client={queries}>
          <SignInProvider>
            <RouterProvider router={router} />
          </SignInProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageProvider>,
  );
  return {
    router,
    calls,
    sockets,
    /** The connection in use, once the page has one. */
    socket: () => vi.waitUntil(() => sockets.at(-1), { timeout: PATIENCE_MS }),
  };
}
