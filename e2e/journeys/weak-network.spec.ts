import { expect, test } from "../support/test";
import { bubble, expectSaid, goReady, inService, openSession, said, say } from "../support/talk";

/** Pages come back by themselves after growing pauses. */
const COMEBACK = { timeout: 45_000 };

test("U2, U3, U4, C02: what a visitor writes without a network waits, outlives the page, and goes out once", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "I am on a train.");
  await openSession(ann, "I am on a train.");
  await expectSaid(guest, ["I am on a train."]);

  await guest.context().setOffline(true);
  await say(guest, "This is a tunnel.");
  await expect(bubble(guest, "This is a tunnel.")).toContainText("Waiting to be sent");
  await expect(guest.getByRole("button", { name: "Try now" })).toBeVisible();
  await say(guest, "Still a tunnel.");
  await expect(guest.getByText("2 waiting to be sent")).toBeVisible();
  await say(ann, "Take your time.");
  await guest.close();

  await guest.context().setOffline(false);
  const again = await guest.context().newPage();
  await again.goto(`${desk.url}/chat/demo`);
  await expectSaid(again, ["I am on a train.", "Take your time.", "This is a tunnel.", "Still a tunnel."]);
  await expect(inService(ann)).toContainText("Still a tunnel.");
  await expectSaid(ann, ["I am on a train.", "Take your time.", "This is a tunnel.", "Still a tunnel."]);

  await again.context().setOffline(true);
  await say(again, "The last tunnel.");
  await expect(bubble(again, "The last tunnel.")).toContainText("Waiting to be sent");
  await again.context().setOffline(false);
  await expectSaid(ann, [
    "I am on a train.",
    "Take your time.",
    "This is a tunnel.",
    "Still a tunnel.",
    "The last tunnel.",
  ]);
  await expect(again.getByText("waiting to be sent", { exact: false })).toBeHidden();
  await expect(said(ann).getByText("tunnel")).toHaveCount(3);
  await expect(said(again).getByText("tunnel")).toHaveCount(3);
});

test("U3, ROUTE-18: a second tab is the same conversation", async ({ desk, signedIn, visitor }) => {
  const first = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(first, "From the first tab.");
  await openSession(ann, "From the first tab.");

  const second = await first.context().newPage();
  await second.goto(`${desk.url}/chat/demo`);
  await expectSaid(second, ["From the first tab."]);
  await say(second, "From the second tab.");
  await say(ann, "I hear both.");
  const all = ["From the first tab.", "From the second tab.", "I hear both."];
  for (const page of [first, second, ann]) {
    await expectSaid(page, all);
  }
  await expect(inService(ann)).toHaveCount(1);
});

test("U1, U2, U3, C01, C02, C04: both pages live through the server's sudden death", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Before the power cut.");
  await openSession(ann, "Before the power cut.");
  await say(ann, "I am here.");
  await expectSaid(guest, ["Before the power cut.", "I am here."]);

  await desk.kill();
  await say(guest, "Question in the dark.");
  await say(ann, "Answer in the dark.");
  await expect(bubble(guest, "Question in the dark.")).toContainText("Waiting to be sent");
  await expect(bubble(ann, "Answer in the dark.").getByRole("img", { name: "Sending" })).toBeVisible();
  await expect(ann.getByText(/^Connection lost; reconnecting/)).toBeVisible();
  await expect(guest.getByRole("button", { name: "Try now" })).toBeVisible();
  await desk.restart();

  for (const page of [guest, ann]) {
    await expect.poll(async () => said(page).getByText("in the dark.").allInnerTexts(), COMEBACK).toHaveLength(2);
    await expect(page.getByRole("button", { name: "Try now" })).toBeHidden(COMEBACK);
  }
  await expect(bubble(guest, "Question in the dark.")).not.toContainText("Waiting to be sent");
  await expect(ann.getByRole("img", { name: "Sending" })).toHaveCount(0);
  await say(guest, "There is light again.");
  await say(ann, "Good.");
  await expectSaid(guest, ["There is light again.", "Good."]);

  const order = await said(guest).allInnerTexts();
  await expect.poll(async () => said(ann).allInnerTexts()).toEqual(order);
  await guest.reload();
  await ann.reload();
  await expect.poll(async () => said(guest).allInnerTexts()).toEqual(order);
  await expect.poll(async () => said(ann).allInnerTexts()).toEqual(order);
});

test("U1, WORK-03: after a reload the agent finds the list, the open session and every draft again", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const [first, second] = [await visitor(), await visitor()];
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(first, "First question");
  await say(second, "Second question");
  await openSession(ann, "First question");
  await ann.getByLabel("Message").fill("An answer that takes thought");
  await openSession(ann, "Second question");
  await ann.getByLabel("Message").fill("Another one");
  await expect(inService(ann, "An answer that takes thought")).toContainText("[Draft]");

  await ann.reload();
  await expect(inService(ann)).toHaveCount(2);
  await expect(ann.getByLabel("Message")).toHaveValue("Another one");
  await expect(said(ann).getByText("Second question")).toBeVisible();
  await inService(ann, "An answer that takes thought").click();
  await expect(ann.getByLabel("Message")).toHaveValue("An answer that takes thought");
  await ann.getByLabel("Message").press("Enter");
  await expectSaid(first, ["First question", "An answer that takes thought"]);
  await expect(ann.getByLabel("Message")).toHaveValue("");
});
