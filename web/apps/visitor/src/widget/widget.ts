/** The widget on a page: launcher, panel, and the talk with the chat in the frame (CHAN-04). */
import { guarded, warn } from "./guard";
import { opened, sealed, spoken, type Language, type Person, type ToFrame } from "./protocol";
import { PLAIN_LOOK, View, type Look } from "./view";
import { languageOf } from "./words";

/** How the page's author set it up. */
export interface Options {
  /** Scheme, host and port of the desk. */
  readonly desk: string;
  /** Key of the channel. */
  readonly channel: string;
  /** Language that the author chose. */
  readonly language: string | null;
  /** Whether the page opens the chat itself. */
  readonly hasOwnLauncher: boolean;
  readonly zIndex: string | null;
}

/** What a page may listen to. */
export type EventName = "ready" | "open" | "close" | "message" | "unread" | "session" | "error";

type Listener = (detail?: unknown) => void;

/** How long the chat may take to say that it is there, in milliseconds. */
const HELLO_WITHIN_MS = 20_000;
/** And once something was loaded. */
const HELLO_AFTER_LOAD_MS = 4_000;
/** The page around comes first: a running conversation is looked up when it has settled. */
const SETTLED_MS = 1_500;

export class Widget {
  readonly #options: Options;
  readonly #view: View;
  readonly #listeners: { readonly name: unknown; readonly original: unknown; readonly listener: Listener }[] = [];
  #language: Language;
  #isLanguageChosen: boolean;
  #visitor: Person = {};
  #unread = 0;
  #isOpen = false;
  #isReady = false;
  #isDestroyed = false;
  /** The desk has told how the launcher looks. */
  #hasLook = false;
  /** The chat in the frame is there. */
  #isThere = false;
  /** It said so since the frame last loaded something. */
  #hasGreeted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #heard = guarded((event: MessageEvent) => this.#hear(event));
  readonly #online = guarded(() => this.#cameOnline());
  readonly #settled = guarded(() => {
    setTimeout(
      guarded(() => this.#resume()),
      SETTLED_MS,
    );
  });

  constructor(options: Options) {
    this.#options = options;
    this.#language = languageOf(options.language);
    this.#isLanguageChosen = options.language !== null;
    this.#view = new View(
      {
        toggle: guarded(() => this.toggle()),
        close: guarded(() => this.close()),
        tryAgain: guarded(() => this.#loadFrame()),
        frameLoaded: guarded(() => this.#frameLoaded()),
      },
      options.zIndex,
    );
    this.#view.setLanguage(this.#language);
  }

  /** Puts it into the page. */
  start(): void {
    document.body.append(this.#view.element);
    addEventListener("message", this.#heard);
    addEventListener("online", this.#online);
    this.#askLook();
    if (document.readyState === "complete") this.#settled();
    else addEventListener("load", this.#settled, { once: true });
  }

  open(): void {
    if (this.#isOpen || this.#isDestroyed) return;
    this.#isOpen = true;
    this.#view.setOpen(true);
    if (this.#view.frame === null) this.#loadFrame();
    this.#post({ type: "panel", is_open: true });
    this.#view.focusPanel();
    this.#emit("open");
  }

  close(): void {
    if (!this.#isOpen) return;
    const hadFocus = this.#view.hasFocus();
    this.#isOpen = false;
    this.#view.setOpen(false);
    this.#post({ type: "panel", is_open: false });
    if (hadFocus) this.#view.focusLauncher();
    this.#emit("close");
  }

  toggle(): void {
    if (this.#isOpen) this.close();
    else this.open();
  }

  /** Says who the visitor is; `null` when nobody is signed in any more (U25). */
  identify(person?: unknown): void {
    this.#setVisitor(typeof person === "object" && person !== null ? (person as Person) : {});
  }

  /** Tells agents something about the visitor, in place of what was told before. */
  setCustomData(data?: unknown): void {
    this.#setVisitor({ ...this.#visitor, custom_data: data });
  }

  setLanguage(language?: unknown): void {
    this.#language = languageOf(typeof language === "string" ? language : null);
    this.#isLanguageChosen = true;
    this.#view.setLanguage(this.#language);
    this.#post({ type: "language", language: this.#language });
  }

  on(name?: unknown, listener?: unknown): void {
    if (typeof listener !== "function") return;
    const added = { name, listener: guarded<[unknown?]>(listener as Listener), original: listener };
    this.#listeners[this.#listeners.length] = added;
    if (name === "ready" && this.#isReady) added.listener();
  }

  off(name?: unknown, listener?: unknown): void {
    for (let at = this.#listeners.length - 1; at >= 0; at -= 1) {
      const one = this.#listeners[at];
      if (one?.name === name && (listener === undefined || one?.original === listener)) this.#listeners.splice(at, 1);
    }
  }

  /** Takes everything out of the page again. */
  destroy(): void {
    this.#isDestroyed = true;
    clearTimeout(this.#timer);
    removeEventListener("message", this.#heard);
    removeEventListener("online", this.#online);
    removeEventListener("load", this.#settled);
    this.#view.element.remove();
  }

  #setVisitor(visitor: Person): void {
    // A copy, and an error here and now for what cannot be handed on.
    this.#visitor = structuredClone(visitor);
    this.#post({ type: "visitor", visitor });
    this.#resume();
  }

  #emit(name: EventName, detail?: unknown): void {
    const all = this.#listeners;
    for (let at = 0; at < all.length; at += 1) {
      const one = all[at];
      if (one?.name === name) one.listener(detail);
    }
  }

  /** Asks the desk how the launcher looks. Without an answer it stands there all the same. */
  #askLook(): void {
    const request = new XMLHttpRequest();
    request.open("GET", `${this.#options.desk}/api/v1/visitor/channels/${this.#options.channel}/launcher`);
    request.timeout = 10_000;
    request.onloadend = guarded(() => this.#lookTold(request.status, request.responseText));
    request.send();
  }

  #lookTold(status: number, text: string): void {
    if (this.#isDestroyed) return;
    if (status === 200) {
      const look = JSON.parse(text) as Look;
      this.#hasLook = true;
      this.#view.setLook({ ...PLAIN_LOOK, ...look });
    } else if (status === 403 || status === 404) {
      const { code, message } = JSON.parse(text) as { code: string; message: string };
      warn(`the chat ${this.#options.channel} is not shown on ${location.origin}: ${message}`);
      this.destroy();
      return this.#emit("error", { code });
    }
    if (!this.#options.hasOwnLauncher) this.#view.showLauncher();
    if (this.#isReady) return;
    this.#isReady = true;
    this.#emit("ready");
  }

  #cameOnline(): void {
    if (!this.#hasLook) this.#askLook();
    if (this.#view.frame !== null && !this.#isThere) this.#loadFrame();
  }

  /** Counts what comes while the panel is closed: only for a browser that has a running conversation. */
  #resume(): void {
    if (this.#view.frame !== null || this.#isDestroyed || document.readyState !== "complete") return;
    const kept = this.#remembered();
    // The conversation of a person who signed in is looked up once the page has said that it is still that person.
    if (kept === "anonymous" || (kept === "signed" && this.#visitor.user_id !== undefined)) this.#loadFrame();
  }

  #remembered(): string | null {
    try {
      return localStorage.getItem(this.#memory());
    } catch {
      return null;
    }
  }

  #remember(isRunning: boolean): void {
    try {
      const who = this.#visitor.user_id === undefined ? "anonymous" : "signed";
      if (isRunning) localStorage.setItem(this.#memory(), who);
      else localStorage.removeItem(this.#memory());
    } catch {
      // Storage is blocked: what comes while the panel was never opened on this page is not counted.
    }
  }

  #memory(): string {
    return `frontdesk.widget.${this.#options.channel}`;
  }

  #loadFrame(): void {
    this.#isThere = false;
    this.#hasGreeted = false;
    this.#view.setCover("loading");
    this.#expectHello(HELLO_WITHIN_MS);
    const host = encodeURIComponent(location.origin);
    this.#view.loadFrame(`${this.#options.desk}/chat/${this.#options.channel}#host=${host}`);
  }

  #expectHello(within_ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      guarded(() => {
        this.#isThere = false;
        this.#view.setCover("unreachable");
      }),
      within_ms,
    );
  }

  /** A page of the browser's own about a failure loads, too, but says nothing. */
  #frameLoaded(): void {
    if (!this.#hasGreeted) this.#expectHello(HELLO_AFTER_LOAD_MS);
    this.#hasGreeted = false;
  }

  #hear(event: MessageEvent): void {
    const frame = this.#view.frame;
    if (frame === null || event.source !== frame.contentWindow || event.origin !== this.#options.desk) return;
    const message = opened(event.data);
    if (message !== null) this.#take(message);
  }

  /** Fields that a message of its type does not have are never looked at (T204). */
  #take({ type, count, language, state, is_kept, code }: Person): void {
    if (type === "hello") this.#greeted();
    if (type === "close") {
      this.close();
      this.#view.focusLauncher();
    }
    if (type === "message") this.#emit("message");
    if (type === "unread" && Number.isInteger(count) && count !== this.#unread) {
      this.#unread = count as number;
      this.#view.setUnread(this.#unread);
      this.#emit("unread", { count });
    }
    if (type === "language" && spoken(language) !== null) {
      this.#language = language as Language;
      this.#view.setLanguage(this.#language);
    }
    if (type === "session" && (state === "started" || state === "ended")) {
      this.#remember(state === "started" && is_kept === true);
      this.#emit("session", { state });
    }
    if (type === "error" && typeof code === "string") this.#emit("error", { code });
  }

  #greeted(): void {
    clearTimeout(this.#timer);
    this.#isThere = true;
    this.#hasGreeted = true;
    this.#view.setCover(null);
    const language = this.#isLanguageChosen ? this.#language : null;
    this.#post({ type: "init", visitor: this.#visitor, language, is_open: this.#isOpen });
    if (this.#isOpen && this.#view.hasFocus()) this.#view.focusPanel();
  }

  /** To the chat and to nobody else, wherever the frame has been led to meanwhile (T205). */
  #post(message: ToFrame): void {
    if (this.#isThere) this.#view.frame?.contentWindow?.postMessage(sealed(message), this.#options.desk);
  }
}
