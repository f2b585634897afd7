import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { press } from "../testing/actions";
import { fakeServer, page } from "../testing/fake-server";
import { renderConsole } from "../testing/render-console";
import { sampleMail } from "../testing/samples";

describe("OPS-06: the mail outbox", () => {
  it("lets a kept mail be read, and says why it was not sent", async () => {
    fakeServer({ "GET /api/v1/mail-outbox": () => page([sampleMail()]) });
    renderConsole("/console/mail-outbox");
    expect(await screen.findByText("No mail server is set up: mails are kept here")).toBeTruthy();
    await press("Read");
    expect(await screen.findByText("Your initial password: correct-horse")).toBeTruthy();
  });

  it("T405: a sent mail shows no text", async () => {
    const { body: _, ...sent } = sampleMail({ state: "sent" });
    fakeServer({ "GET /api/v1/mail-outbox": () => page([sent]) });
    renderConsole("/console/mail-outbox");
    await press("Read");
    expect(await screen.findByText(/shown only for mails that are kept/)).toBeTruthy();
    expect(screen.queryByText("No mail server is set up: mails are kept here")).toBeNull();
  });

  it("shows why a mail failed", async () => {
    fakeServer({
      "GET /api/v1/mail-outbox": () => page([sampleMail({ state: "dead", last_error: "550 no such user" })]),
    });
    renderConsole("/console/mail-outbox");
    await press("Read");
    expect(await screen.findByText("550 no such user")).toBeTruthy();
  });

  it("T405: a password that a newer one replaced is void, which is no failure", async () => {
    const { body: _, ...dead } = sampleMail({ state: "dead", last_error: "superseded" });
    fakeServer({ "GET /api/v1/mail-outbox": () => page([dead]) });
    renderConsole("/console/mail-outbox");
    expect(await screen.findByText("Void")).toBeTruthy();
    await press("Read");
    expect(await screen.findByText(/so the text was deleted/)).toBeTruthy();
    expect(screen.queryByText("Last error")).toBeNull();
  });

  it("T103: markup in a mail is only text", async () => {
    fakeServer({ "GET /api/v1/mail-outbox": () => page([sampleMail({ body: "<img src=x onerror=alert(1)>" })]) });
    renderConsole("/console/mail-outbox");
    await press("Read");
    expect(await screen.findByText("<img src=x onerror=alert(1)>")).toBeTruthy();
  });
});
