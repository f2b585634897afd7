import { choose as chooseInRow, drawer, openConsole, pick, row } from "../support/console";
import { endSession, expectSaid, goReady, inService, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";

test("ROUTE-22, M9, WORK-26: a closed laptop's sessions go on with somebody else after the grace", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Reception");
  await admin.getByRole("button", { name: "Change" }).click();
  await drawer(admin).getByLabel("Grace (seconds)").fill("8");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(admin.getByText("8 seconds")).toBeVisible();

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const guest = await visitor();
  await say(guest, "My order is late.");
  await openSession(ann, "My order is late.");
  await say(ann, "Let me look.");
  await expectSaid(guest, ["My order is late.", "Let me look."]);

  await ann.reload();
  await expect(inService(ann, "Let me look.")).toBeVisible();
  await openConsole(admin, "Agents");
  await expect(row(admin, desk.agent(0).name)).toContainText("Free");

  const leo = await signedIn(desk.agent(1));
  await goReady(leo);
  await ann.context().setOffline(true);
  await expect(ann.getByText(/Connection lost/)).toBeVisible();
  await expect(inService(ann, "Let me look.")).toBeVisible();
  await ann.context().setOffline(false);
  await expect(ann.getByText("Connected again")).toBeVisible();
  await expect(inService(leo)).toHaveCount(0);

  await ann.close();
  await admin.reload();
  await expect(row(admin, desk.agent(0).name)).toContainText("Disconnected");
  await openSession(leo, "Let me look.");
  await expect(leo.getByText("did not come back in time", { exact: false })).toBeVisible();
  await expect(guest.getByText("Your agent lost the connection.", { exact: false })).toBeVisible();
  await say(leo, "I took over.");
  await expectSaid(guest, ["My order is late.", "Let me look.", "I took over."]);
});

test("WORK-20, WORK-26: own figures change with each session; going offline shows a way back", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const figures = ann.getByRole("button", { name: /My figures of today/ });
  const taken = async () => Number(/(\d+) taken/.exec((await figures.getAttribute("aria-label")) ?? "")?.[1]);
  const before = await taken();
  const guest = await visitor();
  await say(guest, "Count me in.");
  await openSession(ann, "Count me in.");
  await expect.poll(taken).toBe(before + 1);
  await endSession(ann);
  await figures.click();
  await expect(ann.getByText("Sessions of yours that ended today", { exact: false })).toBeVisible();
  await expect(ann.locator("[data-figure=taken]")).toHaveText(String(before + 1));
  await ann.keyboard.press("Escape");

  await ann.getByRole("button", { name: /^Status/ }).click();
  await ann.getByRole("menuitemradio", { name: /Offline/ }).click();
  await expect(ann.getByText("You are offline: no new sessions come to you.")).toBeVisible();
  await ann.getByRole("button", { name: "Go online" }).click();
  await expect(ann.getByText("You are offline: no new sessions come to you.")).toBeHidden();
});

test("ROUTE-14: a silent visitor is reminded, then the session ends, and both sides see why", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Flows");
  await chooseInRow(admin, "售前咨询 Sales", "Edit in a form");
  await drawer(admin).getByLabel("Silence (seconds)", { exact: true }).fill("10");
  await drawer(admin).getByLabel("Silence end text").fill("We close for now.");
  await drawer(admin).getByLabel("Reminder (seconds)").fill("5");
  await drawer(admin).getByLabel("Reminder text").fill("Are you still with us?");
  await drawer(admin).getByRole("button", { name: "Save and publish" }).click();
  await expect(drawer(admin)).toBeHidden();

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const guest = await visitor();
  await say(guest, "Hello?");
  await openSession(ann, "Hello?");
  await say(ann, "What is your number?");
  await expectSaid(guest, ["Hello?", "What is your number?", "Are you still with us?", "We close for now."]);
  await expect(guest.getByText("nothing was heard from you", { exact: false })).toBeVisible();
  await expect(said(ann).getByText("Are you still with us?")).toBeVisible();
  await expect(ann.getByText("The session ended because the visitor stayed silent")).toBeVisible();
});

test("CHAN-14, FLOW-17: a channel that gets another flow, and a restart, leave running sessions as they were", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  await say(guest, "I was here before.");
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Flows");
  await chooseInRow(admin, "售后服务 Support", "Edit in a form");
  await drawer(admin).getByLabel("Accepted text").fill("Support is with you.");
  await drawer(admin).getByRole("button", { name: "Save and publish" }).click();
  await expect(drawer(admin)).toBeHidden();
  await openConsole(admin, "Channels");
  await row(admin, "Frontdesk 演示").getByRole("button", { name: "Edit" }).click();
  await pick(admin, drawer(admin).getByLabel("Flow"), "售后服务 Support");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(row(admin, "Frontdesk 演示")).toContainText("售后服务 Support");
  await desk.restart();

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await openSession(ann, "I was here before.");
  await say(ann, "And you still are.");
  await expectSaid(guest, ["I was here before.", "And you still are."]);
  await expect(said(guest).getByText("is with you.", { exact: false })).toHaveCount(1);
  await expect(said(guest).getByText("Support is with you.")).toHaveCount(0);
  await endSession(ann);
  await say(guest, "And again.");
  await expect(said(guest).getByText("Support is with you.")).toBeVisible();
});
