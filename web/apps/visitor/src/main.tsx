/** Starts the visitor's page at `/chat/<channel key>`, alone or in a panel on another page. */
import { applyLanguage, detectLanguage, type Language } from "@frontdesk/ui/i18n/language";
import { browserEnvironment } from "@frontdesk/visitor-sdk";
import { render } from "preact";

import { hostAround } from "./embed";
import { Page } from "./page";
import { isSeen } from "./seen";
import { loadWords } from "./words";

/** The key in `/chat/<key>`. One that cannot be a key is refused like one that does not exist. */
function channelKey(path: string): string {
  return /^\/chat\/([a-z0-9-]+)\/?$/.exec(path)?.[1] ?? "-";
}

async function start(root: HTMLElement): Promise<void> {
  const language: Language = detectLanguage();
  applyLanguage(language);
  const words = await loadWords(language);
  const env = { ...browserEnvironment(), isVisible: isSeen };
  const page = new Page(channelKey(location.pathname), env, { language, words }, (node) => {
    if (!root.hasAttribute("data-started")) root.replaceChildren();
    root.setAttribute("data-started", "");
    render(node, root);
  });
  const host = hostAround();
  if (host === null) await page.open();
  else page.openIn(host);
}

const root = document.getElementById("chat");
if (root !== null) void start(root);
