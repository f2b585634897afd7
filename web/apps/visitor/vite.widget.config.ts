/** Builds `/widget.js`, the one script that other pages load. */
import { defineConfig } from "vite";

import { frontdeskAlias } from "../../build/alias";
import { budgets } from "../../build/budgets";
import { denseStyle, widgetFiles } from "../../build/widget-files";

export default defineConfig({
  resolve: { alias: frontdeskAlias },
  // The pages' icon and the like have nothing to do with it.
  publicDir: false,
  build: {
    outDir: "dist/widget",
    target: "es2022",
    lib: { entry: "src/widget/main.ts", formats: ["iife"], name: "frontdeskWidget", fileName: () => "widget.js" },
  },
  plugins: [
    denseStyle(),
    budgets({ name: "widget's launcher", entry: "src/widget/main.ts", gzipKb: 5 }),
    widgetFiles(),
  ],
});
