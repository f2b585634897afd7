/** One chat page from start to end: its visitor, its language, and the page around it. */
import { applyLanguage, rememberLanguage, type Language } from "@frontdesk/ui/i18n/language";
import { openVisitorClient, type About, type Environment, type VisitorClient } from "@frontdesk/visitor-sdk";
import type { VNode } from "preact";

import { App } from "./App";
import type { Host } from "./embed";
import { newsOf, NOTHING_TOLD, toldOf, type Told } from "./news";
import { isSeen, onSeenChange, setPanelOpen } from "./seen";
import type { Person, ToFrame } from "./widget/protocol";
import { visitorOf, type VisitorWish } from "./widget/visitor";
import { loadWords, type Words } from "./words";

/** A language and its words. */
export interface Speech {
  readonly language: Language;
  readonly words: Words;
}

export class Page {
  /** The visitor's side of the conversation now. */
  client: VisitorClient | null = null;
  #visitor: VisitorWish | null = null;
  #host: Host | null = null;
  #told: Told = NOTHING_TOLD;
  /** Rises with each visitor, so that nothing of one is left on the page for the next (U25). */
  #number = 0;
  /** What the page around asks for is done one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #unwatch: () => void = () => undefined;

  readonly #channel: string;
  readonly #env: Environment;
  #speech: Speech;
  readonly #show: (node: VNode) => void;

  constructor(channel: string, env: Environment, speech: Speech, show: (node: VNode) => void) {
    this.#channel = channel;
    this.#env = env;
    this.#speech = speech;
    this.#show = show;
  }

  /** Opens the conversation of whoever the page around has named. */
  async open(): Promise<void> {
    const identity = this.#visitor?.identity ?? null;
    const client = await openVisitorClient(
      {
        channel: this.#channel,
        language: () => this.#speech.language,
        about: aboutOf(this.#visitor),
        aboutRefused: (trouble) => this.#host?.tell({ type: "error", code: trouble.code }),
        ...(identity === null ? {} : { identity }),
      },
      this.#env,
    );
    this.client = client;
    this.#number += 1;
    const stops = [client.subscribe(() => this.#tell()), onSeenChange(() => this.#tell())];
    this.#unwatch = () => stops.forEach((stop) => void stop());
    this.#render();
    this.#tell();
  }

  /** Waits for the page around to say who the visitor is, then opens. */
  openIn(host: Host): void {
    this.#host = host;
    setPanelOpen(false);
    host.listen((message) => {
      this.#queue = this.#queue.then(() => this.#take(message));
    });
    document.addEventListener("keydown", (event) => {
      // What lies over the conversation closes first.
      const isCovered = document.querySelector("dialog[open], .emoji-grid") !== null;
      if (event.key === "Escape" && !event.defaultPrevented && !isCovered) host.tell({ type: "close" });
    });
    host.tell({ type: "hello" });
  }

  /** Ends everything; what was written stays in the browser. */
  stop(): void {
    this.#unwatch();
    this.client?.stop();
    this.client = null;
  }

  /** The visitor chose the other language. */
  switchLanguage = async (): Promise<void> => {
    const language = this.#speech.language === "en" ? "zh-CN" : "en";
    await this.#speak(language);
    rememberLanguage(language);
    this.#host?.tell({ type: "language", language });
  };

  async #take(message: ToFrame): Promise<void> {
    switch (message.type) {
      case "init":
        setPanelOpen(message.is_open);
        // Without the words of that language one reads the other one rather than nothing.
        if (message.language !== null) await this.#speak(message.language).catch(() => undefined);
        await this.#become(message.visitor);
        if (this.client === null) await this.open();
        return this.#focus();
      case "visitor":
        return this.#become(message.visitor);
      case "language":
        return this.#speak(message.language).catch(() => undefined);
      case "panel":
        setPanelOpen(message.is_open);
        return this.#focus();
    }
  }

  /** Goes on as this visitor: another person starts from nothing (U25), the same one is only described anew. */
  async #become(person: Person): Promise<void> {
    const before = this.#visitor;
    const visitor = visitorOf(person);
    // Whoever it is: not the one before.
    if (visitor === null) this.#host?.tell({ type: "error", code: "identity_invalid" });
    this.#visitor = visitor;
    const { client } = this;
    if (client === null) return;
    const isSame = before?.identity?.user_id === visitor?.identity?.user_id && client.state.phase !== "refused";
    if (isSame) return client.describe(aboutOf(visitor));
    this.stop();
    // The number of unread messages was the other person's.
    this.#tellAll({ ...NOTHING_TOLD, isReady: this.#told.isReady });
    await this.open();
  }

  async #speak(language: Language): Promise<void> {
    if (language !== this.#speech.language) this.#speech = { language, words: await loadWords(language) };
    applyLanguage(language);
    this.#render();
  }

  #focus(): void {
    if (isSeen()) document.querySelector("textarea")?.focus();
  }

  #tell(): void {
    if (this.client !== null) this.#tellAll(toldOf(this.client.state, isSeen()));
  }

  #tellAll(told: Told): void {
    for (const message of newsOf(this.#told, told)) this.#host?.tell(message);
    this.#told = told;
  }

  #render(): void {
    const { client } = this;
    if (client === null) return;
    const host = this.#host;
    this.#show(
      <App
        key={this.#number}
        client={client}
        speech={this.#speech}
        switchLanguage={this.switchLanguage}
        {...(host === null ? {} : { close: () => host.tell({ type: "close" }) })}
      />,
    );
  }
}

/** Only what the page around has told; the rest stays as the desk knows it. */
function aboutOf(visitor: VisitorWish | null): About {
  const { nickname, avatar, custom_data } = visitor ?? {};
  const told = Object.entries({ nickname, avatar, custom_data }).filter(([, value]) => (value ?? null) !== null);
  return Object.fromEntries(told);
}
