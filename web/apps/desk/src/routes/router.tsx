/** Which page an address shows. */
import { createBrowserRouter } from "react-router";

import { AppShell } from "../app/AppShell";
import { NotFoundPage } from "../app/NotFoundPage";
import { PageFailed } from "../app/PageFailed";
import { Starting } from "../app/Starting";
import { consoleRoutes } from "../features/console/routes";
import { recordsRoutes } from "../features/records/routes";
import { signInRoutes } from "../features/sign-in/routes";
import { workbenchRoutes } from "../features/workbench/routes";

/** The desk's router; each part is loaded when it is first opened. */
export function createDeskRouter() {
  return createBrowserRouter([
    {
      ErrorBoundary: PageFailed,
      HydrateFallback: Starting,
      children: [
        ...signInRoutes,
        {
          Component: AppShell,
          children: [
            {
              ErrorBoundary: PageFailed,
              children: [workbenchRoutes, recordsRoutes, consoleRoutes, { path: "*", Component: NotFoundPage }],
            },
          ],
        },
      ],
    },
  ]);
}
