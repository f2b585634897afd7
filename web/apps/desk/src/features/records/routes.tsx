import type { RouteObject } from "react-router";

/** The agent's own service records. */
export const recordsRoutes: RouteObject = {
  path: "records",
  lazy: async () => ({ Component: (await import("./RecordsPage")).RecordsPage }),
};
