import type { RouteObject } from "react-router";

/** The workbench, at the desk's root; the chosen session stands in the address. */
export const workbenchRoutes: RouteObject = {
  index: true,
  lazy: async () => ({ Component: (await import("./WorkbenchPage")).WorkbenchPage }),
};
