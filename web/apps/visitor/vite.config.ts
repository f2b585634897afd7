import { defineConfig } from "vite";

import { frontdeskAlias } from "../../build/alias";
import { budgets } from "../../build/budgets";
import { usedTokens, visitorPage, withoutPreload } from "../../build/visitor-page";
import en from "./src/words/en";
import zh from "./src/words/zh-CN";

export default defineConfig({
  // The page itself is served at /chat/<channel key>, everything that it loads from here.
  base: "/chat-assets/",
  resolve: { alias: frontdeskAlias },
  build: {
    // Nothing goes into data: addresses, which the page's content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: { input: ["index.html", "try.html"] },
  },
  plugins: [
    withoutPreload(),
    usedTokens(),
    // The words of one language come with the page.
    budgets({ name: "visitor page", entry: "index.html", also: ["src/words/zh-CN.ts"], gzipKb: 30 }),
    visitorPage({ "zh-CN": zh, en }),
  ],
});
