import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { chooseAction, pick, press, type } from "../testing/actions";
import { fakeServer, page, problem } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleChannel, sampleFlow, sampleRatingConfig } from "../testing/samples";

const LIST = "GET /api/v1/rating-configs";

describe("ADM-12: rating configs", () => {
  it("shows levels, who may start one, and the bound channels", async () => {
    fakeServer({ [LIST]: () => page([sampleRatingConfig({ channels: [{ id: "chn_1", title: "Website" }] })]) });
    renderConsole("/console/rating-configs");
    expect(await screen.findByText("2 · Stars")).toBeTruthy();
    expect(screen.getByText("by itself, when the session ends")).toBeTruthy();
    expect(screen.getByText("Website")).toBeTruthy();
  });

  it("R1: a new one begins with five as the best, and says what each level is worth", async () => {
    const server = fakeServer({ "POST /api/v1/rating-configs": () => ({ json: sampleRatingConfig() }) });
    renderConsole("/console/rating-configs");
    await press("Add rating config");
    type("Name", " Usual ");
    fireEvent.click(screen.getByLabelText("by visitors"));
    await press("Remove level 3");
    type("Text of level 4", "Wonderful");
    await press("Save");
    expect(await screen.findByText("Saved")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/rating-configs")[0]?.body).toEqual({
      name: "Usual",
      levels: [
        { content: "Very dissatisfied", value: 1 },
        { content: "Dissatisfied", value: 2 },
        { content: "Satisfied", value: 4 },
        { content: "Wonderful", value: 5 },
      ],
      style: "stars",
      invitation: "How was our service?",
      thanks: "Thank you for your rating!",
      valid_hours: 24,
      starters: { at_end: true, agent: true, visitor: true },
      wants_comment: true,
    });
  });

  it("copies under another name", async () => {
    const server = fakeServer({
      [LIST]: () => page([sampleRatingConfig()]),
      "POST /api/v1/rating-configs/rtg_1/copy": () => ({ json: sampleRatingConfig({ id: "rtg_2" }) }),
    });
    renderConsole("/console/rating-configs");
    await screen.findByText("2 · Stars");
    await chooseAction("Usual", "Copy");
    expect(await screen.findByText("Copied as “Usual”")).toBeTruthy();
    expect(server.callsOf("POST /api/v1/rating-configs/rtg_1/copy")[0]?.body).toEqual({ name: "Usual copy" });
  });

  it("R19: names the channels that stand in the way of deleting", async () => {
    const channels = [{ id: "chn_1", title: "Website" }];
    fakeServer({
      [LIST]: () => page([sampleRatingConfig({ channels })]),
      "DELETE /api/v1/rating-configs/rtg_1": () => problem(409, "in_use", { details: { channels } }),
    });
    renderConsole("/console/rating-configs");
    await chooseAction("Usual", "Delete");
    await press("Delete");
    expect(await screen.findByRole("link", { name: "Website" })).toBeTruthy();
  });

  it("CHAN-14: a channel is bound to one, and released again", async () => {
    const bound = sampleChannel({ rating_config: { id: "rtg_1", name: "Usual" } });
    const server = fakeServer({
      [LIST]: () => page([sampleRatingConfig()]),
      "GET /api/v1/flows": () => page([sampleFlow()]),
      "GET /api/v1/channels": () => page([sampleChannel()]),
      [`PATCH /api/v1/channels/${bound.id}`]: () => ({ json: bound }),
    });
    renderConsole("/console/channels");
    await press("Edit");
    await pick("Rating", "Usual");
    await press("Save");
    expect(await screen.findByText("Saved")).toBeTruthy();
    const [call] = server.callsOf(`PATCH /api/v1/channels/${bound.id}`);
    expect(call?.body).toMatchObject({ rating_config_id: "rtg_1" });
  });
});
