import type { Language } from "@frontdesk/ui/i18n/language";
import type { VisitorClient } from "@frontdesk/visitor-sdk";
import { FakeBrowser } from "@frontdesk/visitor-sdk/testing/fake-browser";
import { FakeDesk, problem } from "@frontdesk/visitor-sdk/testing/fake-desk";
import { getByLabelText, getByRole, getByText, queryByText } from "@testing-library/dom";
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Page } from "./page";
import { loadWords } from "./words";

let desk: FakeDesk;
let browser: FakeBrowser;
let root: HTMLElement;
let client: VisitorClient;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  desk = new FakeDesk();
  browser = new FakeBrowser(desk);
});

afterEach(() => {
  render(null, root);
  root.remove();
  client.stop();
  vi.useRealTimers();
});

/** Lets timers run, and parts of the page that come later arrive. */
const wait = async (milliseconds = 50) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(20);
};

async function open(channel = "demo", initialLanguage: Language = "en", page = browser.page()): Promise<void> {
  root = document.body.appendChild(document.createElement("div"));
  const speech = { language: initialLanguage, words: await loadWords(initialLanguage) };
  const shown = new Page(channel, page.env, speech, (node) => render(node, root));
  await shown.open();
  client = shown.client as VisitorClient;
  await wait();
}

const input = () => getByLabelText<HTMLTextAreaElement>(root, "Message");

async function write(text: string): Promise<void> {
  input().value = text;
  input().dispatchEvent(new InputEvent("input", { bubbles: true }));
  await wait();
}

async function press(init: KeyboardEventInit): Promise<void> {
  input().dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
  await wait();
}

async function click(name: string): Promise<void> {
  getByRole(root, "button", { name, hidden: true }).click();
  await wait();
}

const bubbles = () => [...root.querySelectorAll(".bubble .text")].map((element) => element.textContent);

describe("the visitor's page", () => {
  it("CHAN-03: shows the channel's title and greeting; Enter sends, Shift+Enter does not", async () => {
    await open();
    expect(document.title).toBe("Demo");
    expect(bubbles()).toEqual(["Welcome"]);
    await write("hello");
    await press({ key: "Enter", shiftKey: true });
    expect(desk.texts()).toEqual([]);
    await press({ key: "Enter" });
    expect(desk.texts()).toEqual(["hello"]);
    expect(bubbles()).toEqual(["hello"]);
    expect(input().value).toBe("");
  });

  it("does not send what an input method still composes, nor blanks", async () => {
    await open();
    await write("nihao");
    await press({ key: "Enter", isComposing: true });
    await press({ key: "Enter", keyCode: 229 });
    await write("  \n ");
    await press({ key: "Enter" });
    expect(desk.posts).toEqual([]);
  });

  it("T101, T104: shows markup and expressions as the text that they are", async () => {
    await open();
    const hostile = '<img src=x onerror="alert(1)"><script>alert(1)</script> {{7*7}} ${7*7}';
    await write(hostile);
    await click("Send");
    desk.agentSays(hostile);
    await wait();
    expect(bubbles()).toEqual([hostile, hostile]);
    expect(root.querySelector(".lines img, .lines script")).toBeNull();
  });

  it("ROUTE-01: counts down the people ahead while waiting", async () => {
    await open();
    await write("hello");
    await click("Send");
    desk.changeSession({ stage: "waiting", ahead: 3 });
    await wait();
    expect(queryByText(root, "Looking for an agent: 3 people ahead of you")).not.toBeNull();
    desk.changeSession({ stage: "waiting", ahead: 0 });
    await wait();
    expect(queryByText(root, "Looking for an agent: 0 people ahead, you are next")).not.toBeNull();
    desk.changeSession({ stage: "active" });
    await wait();
    expect(queryByText(root, /Looking for an agent/)).toBeNull();
  });

  it("WORK-09, U4: a refused message stays, says why and goes again on demand", async () => {
    await open();
    desk.refusals.push(problem("message_unstorable", { message: "It cannot be stored." }));
    await write("hello");
    await click("Send");
    expect(queryByText(root, "It cannot be stored.")).not.toBeNull();
    await click("Try again");
    expect(desk.texts()).toEqual(["hello"]);
    expect(queryByText(root, "It cannot be stored.")).toBeNull();
  });

  it("U2: says that it reconnects, how much waits, and tries at once on demand", async () => {
    await open();
    desk.refusesSockets = true;
    desk.refusesHttp = true;
    desk.cutAll();
    await write("one");
    await click("Send");
    await write("two");
    await click("Send");
    await wait(5_000);
    const bar = root.querySelector(".bar-warning");
    expect(bar?.textContent).toMatch(/reconnecting.*2 waiting to be sent/i);
    desk.refusesSockets = false;
    await click("Try now");
    expect(root.querySelector(".bar-warning")).toBeNull();
    expect(desk.texts()).toEqual(["one", "two"]);
  });

  it("ROUTE-14: ends after asking; writing opens a new session", async () => {
    await open();
    await write("hello");
    await click("Send");
    await click("End conversation");
    expect(client.state.conversation.session?.stage).toBe("active");
    const confirm = [...root.querySelectorAll<HTMLButtonElement>("dialog button")].at(-1);
    confirm?.click();
    await wait();
    expect(client.state.conversation.session?.stage).toBe("ended");
    expect(input().placeholder).toBe("Start a new conversation…");
    await write("one more thing");
    await click("Send");
    expect(client.state.conversation.session?.id).toBe("ses_vis_1_2");
  });

  it("keeps the draft over a reload", async () => {
    const page = browser.page();
    await open("demo", "en", page);
    await write("half a sent");
    await wait(500);
    render(null, root);
    client.stop();
    await open("demo", "en", browser.page(page.pageStorage));
    expect(input().value).toBe("half a sent");
  });

  it("counts what came while nobody looked in the title", async () => {
    await open();
    await write("hello");
    await click("Send");
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    await wait();
    desk.agentSays("one");
    desk.agentSays("two");
    await wait();
    expect(document.title).toBe("(2) Demo");
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await wait();
    expect(document.title).toBe("Demo");
  });

  it("reads new lines out politely, without those that one wrote or loaded", async () => {
    await open();
    await write("hello");
    await click("Send");
    expect(root.querySelector("ol")?.getAttribute("aria-live")).toBe("off");
    await wait(1_000);
    desk.agentSays("good morning");
    await wait();
    const live = (text: string) => getByText(root, text).closest("[aria-live]")?.getAttribute("aria-live");
    expect(live("good morning")).toBe("polite");
    expect(live("hello")).toBe("off");
  });

  it("changes the language of everything at once", async () => {
    await open();
    await click("Language: 简体中文");
    expect(getByLabelText(root, "消息")).not.toBeNull();
    expect(document.documentElement.lang).toBe("zh-CN");
  });

  it("says so when there is no such channel", async () => {
    await open("nowhere");
    expect(getByRole(root, "heading").textContent).toBe("There is no such chat");
  });

  it("refuses a file above the channel's limit with its name and the limit", async () => {
    await open();
    const [, pick] = root.querySelectorAll<HTMLInputElement>("input[type=file]");
    const file = new File([new Uint8Array(1_000_001)], "big\u202egpj.exe");
    Object.defineProperty(pick, "files", { value: [file] });
    pick?.dispatchEvent(new Event("change", { bubbles: true }));
    await wait();
    expect(root.querySelector(".bar-danger")?.textContent).toContain("big[U+202E]gpj.exe");
    expect(client.state.pending).toEqual([]);
  });
});
