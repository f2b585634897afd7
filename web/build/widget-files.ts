/** Puts a copy of the widget's script under a name that never changes its content, and says how browsers can check it. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Plugin } from "vite";

/** What `widget.json` says, for the console's embed dialog (T220). */
export interface WidgetFile {
  /** Path at the desk. */
  path: string;
  /** For the `integrity` attribute. */
  integrity: string;
}

/** Vite plugin: beside `widget.js` writes `assets/widget-<hash>.js` and `widget.json`. */
export function widgetFiles(): Plugin {
  return {
    name: "frontdesk-widget-files",
    apply: "build",
    writeBundle({ dir = "." }) {
      const code = readFileSync(path.join(dir, "widget.js"));
      const digest = (algorithm: string) => createHash(algorithm).update(code);
      const name = `assets/widget-${digest("sha256").digest("hex").slice(0, 12)}.js`;
      const told: WidgetFile = {
        path: `/chat-assets/widget/${name}`,
        integrity: `sha384-${digest("sha384").digest("base64")}`,
      };
      mkdirSync(path.join(dir, "assets"), { recursive: true });
      writeFileSync(path.join(dir, name), code);
      writeFileSync(path.join(dir, "widget.json"), JSON.stringify(told));
    },
  };
}

/** Vite plugin: leaves the line ends and blanks out of the style sheet that is a text of the script. */
export function denseStyle(): Plugin {
  return {
    name: "frontdesk-dense-style",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith("/widget/style.ts")) return undefined;
      return { code: code.replace(/\s*\n\s*/g, " ").replace(/\s*([{};:,])\s+/g, "$1"), map: null };
    },
  };
}
