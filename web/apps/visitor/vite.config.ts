import { defineConfig } from "vite";

import { frontdeskAlias } from "../../build/alias";
import { budgets } from "../../build/budgets";

export default defineConfig({
  // The page itself is served at /chat/<channel key>, everything that it loads from here.
  base: "/chat-assets/",
  resolve: { alias: frontdeskAlias },
  build: {
    // Nothing goes into data: addresses, which the page's content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  plugins: [budgets({ name: "visitor page", entry: "index.html", gzipKb: 30 })],
});
