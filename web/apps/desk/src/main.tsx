/** Starts the desk: workbench, service records and console in one app. */
import "@frontdesk/ui/tokens/tokens.css";
import { applyLanguage, detectLanguage } from "@frontdesk/ui/i18n/language";
import { LanguageProvider } from "@frontdesk/ui/react/language";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";

import "./app/app.css";
import { watchForNewVersion } from "./app/new-version";
import { SignInProvider } from "./app/sign-in";
import { ThemeProvider } from "./app/theme";
import { createDeskRouter } from "./routes/router";

applyLanguage(detectLanguage());
watchForNewVersion();

// The client repeats calls by itself; asking again on each look at the window would only make lists jump.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } });

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <LanguageProvider>
    <ThemeProvider>
      <QueryClientProvider client={queries}>
        <SignInProvider>
          <RouterProvider router={createDeskRouter()} />
        </SignInProvider>
      </QueryClientProvider>
    </ThemeProvider>
  </LanguageProvider>,
);
