/** Everything of the widget that stands in the page: the launcher, the panel, and the frame in it. */
import type { Language } from "./protocol";
import { STYLE } from "./style";
import { WORDS } from "./words";

/** How a channel's launcher looks, as the desk tells it. */
export interface Look {
  readonly title: string;
  /** `#rrggbb`. */
  readonly colour: string;
  readonly side: "left" | "right";
  /** Text beside the launcher; empty: none. */
  readonly text: string;
}

/** Until the desk has told, or when it cannot be asked. */
export const PLAIN_LOOK: Look = { title: "", colour: "#0b57d0", side: "right", text: "" };

/** What people do with it. */
export interface ViewOwner {
  toggle(): void;
  close(): void;
  tryAgain(): void;
  /** The frame shows a page, ours or the browser's page about a failure. */
  frameLoaded(): void;
}

const BUBBLE = "M4 5h16v11H10l-4 4v-4H4z";
const CROSS = "M6 6l12 12M18 6L6 18";

/** More than this reads "99+". */
const MOST_SHOWN = 99;

export class View {
  /** The element in the page; all else is in its shadow. */
  readonly element = document.createElement("frontdesk-widget");
  frame: HTMLIFrameElement | null = null;
  readonly #shadow = this.element.attachShadow({ mode: "open" });
  readonly #root = make("div", "");
  readonly #launcher = button("launcher");
  readonly #icon = picture(BUBBLE);
  readonly #text = make("span", "text");
  readonly #badge = make("span", "badge");
  readonly #panel = make("section", "panel");
  readonly #cover = make("div", "cover");
  readonly #sentence = make("span", "");
  readonly #again = button("");
  readonly #said = make("div", "said");
  readonly #owner: ViewOwner;
  #look = PLAIN_LOOK;
  #language: Language = "zh-CN";
  #unread = 0;
  #isOpen = false;
  #state: "loading" | "unreachable" = "loading";

  constructor(owner: ViewOwner, zIndex: string | null) {
    this.#owner = owner;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#shadow.adoptedStyleSheets = [style];
    if (zIndex !== null && /^\d{1,10}$/.test(zIndex)) this.element.style.setProperty("--frontdesk-z", zIndex);
    this.#launcher.append(this.#icon, this.#text, this.#badge);
    this.#sentence.setAttribute("role", "status");
    this.#cover.append(this.#sentence, this.#again);
    this.#panel.append(this.#cover);
    this.#panel.setAttribute("role", "dialog");
    this.#said.setAttribute("role", "status");
    this.#root.append(this.#panel, this.#launcher, this.#said);
    this.#launcher.hidden = true;
    this.#shadow.append(this.#root);
    this.#launcher.addEventListener("click", () => owner.toggle());
    this.#again.addEventListener("click", () => owner.tryAgain());
    this.#shadow.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && this.#isOpen) owner.close();
    });
    this.#show();
  }

  /** Takes over what the channel's settings say. */
  setLook(look: Look): void {
    this.#look = look;
    this.#show();
  }

  setLanguage(language: Language): void {
    this.#language = language;
    this.#show();
  }

  setUnread(unread: number): void {
    const isMore = unread > this.#unread;
    this.#unread = unread;
    this.#show();
    // Said once to screen readers; the badge is for the eyes.
    if (isMore) this.#said.textContent = WORDS[this.#language].unread(unread);
  }

  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#show();
  }

  /** Shows the launcher, or leaves it to the page to open the chat. */
  showLauncher(): void {
    this.#launcher.hidden = false;
  }

  /** What stands over the frame; `null`: nothing, the chat is there. */
  setCover(state: "loading" | "unreachable" | null): void {
    this.#cover.hidden = state === null;
    if (state !== null) this.#state = state;
    this.#show();
  }

  /** Loads the chat, in place of what was there before. */
  loadFrame(address: string): void {
    this.frame?.remove();
    const frame = document.createElement("iframe");
    frame.src = address;
    frame.referrerPolicy = "origin";
    frame.title = this.#name();
    frame.addEventListener("load", () => this.#owner.frameLoaded());
    this.frame = frame;
    this.#panel.prepend(frame);
  }

  focusPanel(): void {
    if (this.#cover.hidden) this.frame?.focus();
  }

  focusLauncher(): void {
    this.#launcher.focus();
  }

  /** Whether what has the focus is ours. */
  hasFocus(): boolean {
    return this.#shadow.activeElement !== null;
  }

  #name(): string {
    return this.#look.title || WORDS[this.#language].open;
  }

  #show(): void {
    const look = this.#look;
    const isOpen = this.#isOpen;
    const unread = this.#unread;
    const words = WORDS[this.#language];
    // What the desk tells was checked there; an odd colour must not reach a style sheet all the same.
    const colour = /^#[0-9a-f]{6}$/i.test(look.colour) ? look.colour : PLAIN_LOOK.colour;
    this.#root.className = `root ${look.side === "left" ? "left" : "right"}${isOpen ? " open" : ""}${this.#cover.hidden ? " there" : ""}`;
    this.#root.lang = this.#language;
    this.#root.style.setProperty("--accent", colour);
    this.#root.style.setProperty("--on-accent", readableOn(Number.parseInt(colour.slice(1), 16)));
    this.#icon.firstElementChild?.setAttribute("d", isOpen ? CROSS : BUBBLE);
    this.#text.textContent = look.text;
    this.#text.hidden = look.text === "" || isOpen;
    this.#badge.textContent = unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread);
    this.#badge.hidden = unread === 0 || isOpen;
    const name = look.text === "" ? words.open : look.text;
    const label = unread === 0 ? name : `${name}, ${words.unread(unread)}`;
    this.#launcher.setAttribute("aria-label", isOpen ? words.close : label);
    this.#launcher.setAttribute("aria-expanded", String(isOpen));
    this.#panel.setAttribute("aria-label", this.#name());
    if (this.frame !== null) this.frame.title = this.#name();
    this.#sentence.textContent = words[this.#state];
    this.#again.textContent = words.again;
    this.#again.hidden = this.#state === "loading";
  }
}

function make(name: string, className: string): HTMLElement {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  return element;
}

function button(className: string): HTMLButtonElement {
  const element = make("button", className) as HTMLButtonElement;
  element.type = "button";
  return element;
}

/** A drawing of one line. */
function picture(line: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg") as SVGElement;
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", line);
  svg.append(path);
  return svg;
}

/** Black or white, whichever reads better on a colour `0xrrggbb`; near enough to the rules of WCAG. */
function readableOn(colour: number): string {
  const light = (shift: number) => (((colour >> shift) & 255) / 255) ** 2.2;
  return 0.2126 * light(16) + 0.7152 * light(8) + 0.0722 * light(0) < 0.18 ? "#fff" : "#000";
}
