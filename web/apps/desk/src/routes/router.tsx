/** Which page an address shows. */
import { createBrowserRouter, type RouteObject } from "react-router";

import { AppShell } from "../app/AppShell";
import { NotFoundPage } from "../app/NotFoundPage";
import { PageFailed } from "../app/PageFailed";
import { Starting } from "../app/Starting";
import { consoleRoutes } from "../features/console/routes";
import { recordsRoutes } from "../features/records/routes";
import { signInRoutes } from "../features/sign-in/routes";
import { workbenchRoutes } from "../features/workbench/routes";

/** All pages of the desk; each part is loaded when it is first opened. */
export const deskRoutes: RouteObject[] = [
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
];

/** The router behind the browser's address bar. */
export function createDeskRouter() {
  return createBrowserRouter(deskRoutes);
}
