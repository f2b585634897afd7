import { createServer } from "@frontdesk/api-client/client";
import { LANGUAGE_KEY } from "@frontdesk/ui/i18n/language";
import type { Language } from "@frontdesk/ui/i18n/language";
import { LanguageProvider } from "@frontdesk/ui/react/language";
import { ServerProvider } from "@frontdesk/ui/react/server";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import type { ReactElement } from "react";
import { RouterProvider, createMemoryRouter } from "react-router";

import { afterEach } from "vitest";

import { consoleRoutes } from "../routes";

// The first page of a test file is still being loaded when the test looks for it.
configure({ asyncUtilTimeout: 5_000 });
afterEach(cleanup);

/** Opens the console at `path` as an admin would. Returns the router, to look at the address. */
export function renderConsole(path: string, language: Language = "en") {
  const router = createMemoryRouter([consoleRoutes], { initialEntries: [path] });
  renderPart(<RouterProvider router={router} />, language);
  return router;
}

/** Shows a part of the console that needs no address. */
export function renderPart(part: ReactElement, language: Language = "en") {
  localStorage.setItem(LANGUAGE_KEY, language);
  const server = createServer({
    origin: location.origin,
    csrfToken: () => "csrf-of-the-test",
    language: () => language,
    fetch: (request) => fetch(request),
    pause: () => Promise.resolve(),
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <LanguageProvider>
      <ConfigProvider theme={{ token: { motion: false } }}>
        <App>
          <QueryClientProvider client={queries}>
            <ServerProvider server={server}>{part}</ServerProvider>
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </LanguageProvider>,
  );
}
