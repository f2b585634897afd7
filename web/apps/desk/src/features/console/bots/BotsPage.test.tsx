import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { chooseAction, press, type } from "../testing/actions";
import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import type { Bot } from "../shared/wire";

const LIST = "GET /api/v1/bots";

function sampleBot(change: Partial<Bot> = {}): Bot {
  return {
    id: "bot_1",
    faq: {
      name: "Shop",
      suggestion_text: "Did you mean:",
      questions: [{ wordings: ["How do I return it?", "怎么退货"], answer: "Within 30 days." }],
    },
    revision: 3,
    flows: [],
    created_at: 1_700_000_000_000,
    updated_at: 1_700_000_000_000,
    ...change,
  };
}

describe("FLOW-11: bots", () => {
  it("adds a bot, with one wording a line", async () => {
    const server = fakeServer({ [LIST]: () => page([]), "POST /api/v1/bots": () => ({ json: sampleBot() }) });
    renderConsole("/console/bots");
    await press("Add bot");
    type("Name", " Shop ");
    type("Wordings of question 1", " How much? \n\n多少钱\n");
    type("Answer to question 1", "One coin.");
    await press("Save");
    expect(await screen.findByText("Saved")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/bots")[0]?.body).toEqual({
      name: "Shop",
      suggestion_text: "",
      questions: [{ wordings: ["How much?", "多少钱"], answer: "One coin." }],
    });
  });

  it("asks what is not saved yet, and shows what comes back", async () => {
    const replies = [
      { content: { type: "text", text: "Within 30 days." } },
      { content: { type: "menu", header: "?", items: [{ id: "1", content: "怎么退货", desc: "" }], tail: "" } },
      {},
    ];
    const server = fakeServer({
      [LIST]: () => page([sampleBot()]),
      "POST /api/v1/bot-trials": () => ({ json: replies.shift() }),
    });
    renderConsole("/console/bots");
    expect(await screen.findByText("Questions: 1")).toBeTruthy();
    await press("Edit");
    type("Ask a question", "return?");
    await press("Ask");
    expect(await screen.findByText("The bot answers: Within 30 days.")).toBeTruthy();
    await press("Ask");
    expect(await screen.findByText("The bot suggests: 怎么退货")).toBeTruthy();
    await press("Ask");
    expect(await screen.findByText("The bot knows no answer.")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/bot-trials")[0]?.body).toEqual({ faq: sampleBot().faq, question: "return?" });
  });

  it("R19: names the flows that stand in the way of deleting", async () => {
    const flows = [{ id: "flw_1", name: "Main flow" }];
    fakeServer({
      [LIST]: () => page([sampleBot({ flows })]),
      "DELETE /api/v1/bots/bot_1": () => problem(409, "in_use", { details: { flows } }),
    });
    renderConsole("/console/bots");
    await chooseAction("Shop", "Delete");
    await press("Delete");
    expect(await screen.findByRole("link", { name: "Main flow" })).toBeTruthy();
  });
});
