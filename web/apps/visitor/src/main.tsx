/** Starts the visitor's page at `/chat/<channel key>`. */
import { applyLanguage, detectLanguage, type Language } from "@frontdesk/ui/i18n/language";
import { openVisitorClient } from "@frontdesk/visitor-sdk";
import { render } from "preact";

import { App } from "./App";

/** The key in `/chat/<key>`; empty when there is none. */
function channelKey(path: string): string {
  return /^\/chat\/([a-z0-9-]+)\/?$/.exec(path)?.[1] ?? "";
}

async function start(root: HTMLElement): Promise<void> {
  const page: { language: Language } = { language: detectLanguage() };
  applyLanguage(page.language);
  // A key that cannot be one is refused like one that does not exist.
  const channel = channelKey(location.pathname) || "-";
  const client = await openVisitorClient({ channel, language: () => page.language });
  root.replaceChildren();
  render(
    <App client={client} initialLanguage={page.language} languageChanged={(language) => (page.language = language)} />,
    root,
  );
}

const root = document.getElementById("chat");
if (root !== null) void start(root);
