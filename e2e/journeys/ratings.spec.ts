import { choose, confirm, drawer, openConsole, pick, row } from "../support/console";
import { endSession, goReady, openSession, say } from "../support/talk";
import { expect, test } from "../support/test";

/** The title of the demo's channel. */
const TITLE = "Frontdesk 演示";

test("ADM-12, RATE-01, RATE-02, WORK-14: configured, asked for, answered once, and seen by the agent", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Ratings");
  await admin.getByRole("button", { name: "Add rating config" }).first().click();
  await drawer(admin).getByLabel("Name").fill("Usual");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(row(admin, "Usual")).toContainText("5 · Stars");
  await openConsole(admin, "Channels");
  await row(admin, TITLE).getByRole("button", { name: "Edit" }).click();
  await pick(admin, drawer(admin).getByLabel("Rating"), "Usual");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(row(admin, TITLE)).toContainText("Usual");

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const guest = await visitor();
  await say(guest, "My order is late.");
  await openSession(ann, "My order is late.");
  await ann.getByRole("button", { name: "Invite a rating" }).click();
  await expect(guest.getByText("How was our service?")).toBeVisible();
  await ann.getByRole("button", { name: "Invite a rating" }).click();
  await expect(ann.getByText("A rating was asked for already and is still open.")).toBeVisible();

  await endSession(ann);
  await guest.reload();
  await guest.getByRole("radio", { name: "Very satisfied" }).click();
  await guest.getByLabel("Anything to add? (optional)").fill("Very kind");
  await guest.getByRole("button", { name: "Rate" }).click();
  await expect(guest.getByText("You rated: Very satisfied")).toBeVisible();
  await expect(guest.getByText("Thank you for your rating!")).toBeVisible();
  await expect(ann.getByText("The visitor rated: Very satisfied (5): Very kind")).toBeVisible();
  await guest.reload();
  await expect(guest.getByText("You rated: Very satisfied")).toBeVisible();
  await expect(guest.getByRole("radio")).toHaveCount(0);

  await openConsole(admin, "Ratings");
  await choose(admin, "Usual", "Delete");
  await confirm(admin, "Delete");
  await expect(admin.getByRole("dialog", { name: "“Usual” is used by channels and cannot be deleted" })).toContainText(
    TITLE,
  );
});
