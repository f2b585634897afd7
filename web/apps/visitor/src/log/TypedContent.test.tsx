import { fill } from "@frontdesk/ui/i18n/messages";
import { TroubleError, type VisitorClient, type VisitorEntry } from "@frontdesk/visitor-sdk";
import {
  findByRole,
  findByText,
  fireEvent,
  getByRole,
  getByText,
  queryByRole,
  queryByText,
} from "@testing-library/dom";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { TextsContext } from "../texts";
import { loadWords, type T } from "../words";
import { TypedContent } from "./TypedContent";
import type { Typed } from "./timeline";

const HOUR_MS = 3_600_000;

let root: HTMLElement;

beforeEach(() => {
  root = document.body.appendChild(document.createElement("div"));
});

afterEach(() => {
  render(null, root);
  root.remove();
});

async function show(content: Typed["content"], chosen?: string) {
  const line = { session_id: "ses_1", prev: 0, at: 0, author: "flow" } as const;
  const entry: VisitorEntry = { ...line, seq: 1, id: "ent_1", body: { kind: "message", content } };
  const choice = { content: chosen ?? "", desc: "" };
  const answer: VisitorEntry = { ...line, seq: 2, id: "ent_2", body: { kind: "selected", line: 1, choice } };
  const session = { id: "ses_1", stage: "in_flow" };
  const conversation = { session, entries: chosen === undefined ? [entry] : [entry, answer] };
  const client = { sendText: vi.fn(), rate: vi.fn(() => Promise.resolve()), state: { conversation } };
  const whole: Typed = { type: "typed", content, entry };
  const words = await loadWords("en");
  const t: T = (key, ...[values]) => fill(words[key], values ?? {});
  const texts = { language: "en", t } as const;
  await act(() =>
    render(
      <TextsContext.Provider value={texts}>
        <TypedContent typed={whole} client={client as unknown as VisitorClient} />
      </TextsContext.Provider>,
      root,
    ),
  );
  return client;
}

const menu: Typed["content"] = {
  type: "menu",
  header: "What is it about?",
  items: [
    { id: "a", content: " Sales", desc: "new things" },
    { id: "b", content: "Repairs", desc: "" },
  ],
  tail: "",
};

function rating(change: object = {}): Typed["content"] {
  return {
    type: "rating",
    head: "How was it?",
    tail: "Thank you",
    style: "stars",
    levels: [
      { id: "101", content: "Bad", value: 1 },
      { id: "102", content: "Good", value: 5 },
    ],
    valid_hours: 1,
    expires_at: Date.now() + HOUR_MS,
    wants_comment: true,
    started_by: "at_end",
    ...change,
  };
}

describe("TypedContent", () => {
  it("FLOW-06, R14: a click says exactly the option's text", async () => {
    const client = await show(menu);
    await act(() => void fireEvent.click(getByRole(root, "button", { name: /Sales/ })));
    expect(client.sendText).toHaveBeenCalledWith(" Sales");
  });

  it("MSG-15: what was chosen is marked, and nothing can be clicked any more", async () => {
    await show(menu, "Repairs");
    const repairs = getByRole(root, "button", { name: /Repairs/ });
    expect(repairs.getAttribute("aria-pressed")).toBe("true");
    expect((repairs as HTMLButtonElement).disabled).toBe(true);
  });

  it("RATE-01: a star, a comment, and thanks after the answer", async () => {
    const client = await show(rating());
    expect(queryByText(root, "Thank you")).toBeNull();
    await act(() => void fireEvent.click(getByRole(root, "radio", { name: "Good" })));
    await act(() => void fireEvent.input(getByRole(root, "textbox"), { target: { value: "Very kind" } }));
    await act(() => void fireEvent.click(getByRole(root, "button", { name: "Rate" })));
    await findByText(root, "Thank you");
    expect(client.rate).toHaveBeenCalledWith("ses_1", "102", "Very kind");
  });

  it("RATE-02: a refusal is told, and the rating stays", async () => {
    const client = await show(rating({ style: "numbers", wants_comment: false }));
    const problem = { code: "already_rated", class: "conflict", message: "Rated already.", request_id: "1" } as const;
    client.rate.mockRejectedValueOnce(new TroubleError(problem));
    await act(() => void fireEvent.click(getByRole(root, "radio", { name: "Bad" })));
    await act(() => void fireEvent.click(getByRole(root, "button", { name: "Rate" })));
    expect((await findByRole(root, "alert")).textContent).toBe("Rated already.");
    expect(getByRole(root, "button", { name: "Rate" })).toBeTruthy();
  });

  it("RATE-02: one that has expired cannot be answered", async () => {
    await show(rating({ expires_at: Date.now() - 1_000 }));
    expect(queryByRole(root, "radio")).toBeNull();
    expect(getByText(root, "This rating has expired.")).toBeTruthy();
  });
});
