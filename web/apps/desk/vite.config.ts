import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { frontdeskAlias } from "../../build/alias";
import { budgets } from "../../build/budgets";

/** A running desk for `npm run dev`; the pages come from Vite, everything else from there. */
const server = process.env["FRONTDESK_DEV_SERVER"] ?? "http://127.0.0.1:8080";
const proxied = { target: server, ws: true };

export default defineConfig({
  resolve: { alias: frontdeskAlias },
  build: {
    // Files stay files: a content security policy refuses most data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ["index.html", "api-docs.html"] },
  },
  server: { proxy: { "/api": proxied, "/openapi.json": proxied, "/chat": proxied } },
  plugins: [
    react(),
    budgets(
      {
        name: "workbench",
        entry: "src/main.tsx",
        also: ["features/workbench/WorkbenchPage.tsx"],
        gzipKb: 300,
      },
      {
        name: "console first load",
        entry: "src/main.tsx",
        also: ["features/console/ConsoleLayout.tsx", "features/console/overview/OverviewPage.tsx"],
        gzipKb: 450,
      },
    ),
  ],
});
