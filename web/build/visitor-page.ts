/**
 * Makes the visitor's page one file a language, with its styles and words inside: on other people's pages each request is
 * somebody's waiting. The server names the styles by their hash, so nothing is loosened by it (T120).
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Plugin } from "vite";

type Words = Readonly<Record<"default_title", string>>;

/** Vite plugin: writes `index.<language>.html` for each language, in place of `index.html`. */
export function visitorPage(words: Readonly<Record<string, Words>>): Plugin {
  return {
    name: "frontdesk-visitor-page",
    apply: "build",
    writeBundle({ dir = "." }) {
      const file = (name: string) => path.join(dir, name);
      const link = /<link rel="stylesheet"[^>]*href="\/chat-assets\/(assets\/index-[^"]+\.css)"[^>]*>/;
      const page = readFileSync(file("index.html"), "utf8");
      const style = link.exec(page)?.[1];
      if (style === undefined) throw new Error("the visitor's page has no style sheet to take in");
      const inside = `<style>${readFileSync(file(style), "utf8").trim()}</style>`;
      for (const [language, texts] of Object.entries(words)) {
        const html = page
          .replace(link, () => inside)
          .replace(/<html lang="[^"]*">/, `<html lang="${language}">`)
          .replace(/<title>[^<]*<\/title>/, () => `<title>${texts.default_title}</title>`)
          .replace("</body>", () => `${wordsElement(language, texts)}\n  </body>`);
        writeFileSync(file(`index.${language}.html`), html);
      }
      rmSync(file("index.html"));
      rmSync(file(style));
    },
  };
}

/**
 * Vite plugin: leaves out the code that loads styles and modules ahead of parts that come later, which is a twentieth of the
 * page and has nothing to do here: no such part has styles or modules of its own.
 */
export function withoutPreload(): Plugin {
  return {
    name: "frontdesk-without-preload",
    apply: "build",
    enforce: "pre",
    load(id) {
      return id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined;
    },
  };
}

/** Vite plugin: leaves out the tokens and themes that none of the page's styles uses. */
export function usedTokens(): Plugin {
  return {
    name: "frontdesk-used-tokens",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "asset" && file.fileName.endsWith(".css")) file.source = withUsedTokens(String(file.source));
      }
    },
  };
}

/** The page follows the system's theme; the desk's own choice of one is none of its business. */
export function withUsedTokens(css: string): string {
  const followed = css
    .replace(/:root\[data-theme=[^\]]*\]\{[^}]*\}/g, "")
    .replaceAll(/:not\(\[data-theme=[^\]]*\]\)/g, "");
  const used = new Set(Array.from(followed.matchAll(/var\((--[\w-]+)/g), ([, name]) => name));
  return followed.replace(/(--[\w-]+):[^;}]*;?/g, (declared, name: string) => (used.has(name) ? declared : ""));
}

/** Data, not a script: no policy has anything against it. */
function wordsElement(language: string, texts: Words): string {
  return `<script type="application/json" id="words" lang="${language}">${JSON.stringify(texts).replaceAll("<", "\\u003c")}</script>`;
}
