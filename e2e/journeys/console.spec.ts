import type { Page } from "@playwright/test";

import { choose, confirm, drawer, openConsole, pick, row } from "../support/console";
import { goReady, inService, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";

/** Makes a group whose one member is Grace, a flow that queues there, and a channel with a chat page of it. */
async function makeReturnsDesk(admin: Page): Promise<void> {
  await openConsole(admin, "Skill groups");
  await admin.getByRole("button", { name: "Add skill group" }).click();
  await drawer(admin).getByLabel("Name").fill("Returns");
  await drawer(admin).getByLabel("Reception limit").fill("1");
  await drawer(admin).getByRole("button", { name: "Add skill group" }).click();
  await expect(drawer(admin)).toContainText("Members of “Returns”");
  await drawer(admin).getByRole("combobox", { name: "Add member" }).fill("Grace");
  await admin.locator(".ant-select-item-option-content").getByText("demo-grace@example.com").click();
  await pick(admin, drawer(admin).getByRole("combobox", { name: "Priority", exact: true }), "1 (highest)");
  await drawer(admin).getByRole("button", { name: "Add member" }).click();
  await expect(row(admin, "demo-grace@example.com")).toContainText("1 (highest)");
  await drawer(admin).getByRole("button", { name: "Close" }).click();
  await expect(row(admin, "Returns").getByRole("button", { name: "1", exact: true })).toBeVisible();

  await openConsole(admin, "Flows");
  await admin.getByRole("button", { name: "Add flow" }).click();
  await drawer(admin).getByLabel("Name", { exact: true }).fill("Returns flow");
  await drawer(admin).getByLabel("Greeting").fill("What would you like to return?");
  await pick(admin, drawer(admin).getByLabel("Skill group"), "Returns");
  await drawer(admin).getByLabel("Accepted text").fill("You talk with ${StaffNickName}, no. ${StaffNo}.");
  await drawer(admin).getByLabel("End text", { exact: true }).fill("Parcels stay parcels.");
  await drawer(admin).getByRole("button", { name: "Save and publish" }).click();
  await expect(row(admin, "Returns flow")).toContainText("Version 1");

  await openConsole(admin, "Channels");
  await admin.getByRole("button", { name: "Add channel" }).click();
  await drawer(admin).getByLabel("Title").fill("Parcel returns");
  await pick(admin, drawer(admin).getByLabel("Flow"), "Returns flow");
  await drawer(admin).getByLabel("Link name").fill("returns");
  await drawer(admin).getByRole("button", { name: "Add channel" }).click();
  await expect(row(admin, "Parcel returns")).toContainText("Returns flow");
}

test("CHAN-01, FLOW-07, FLOW-12, ADM-09, ROUTE-03: a group, a flow and a channel make a chat page with its own agent", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await makeReturnsDesk(admin);

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const grace = await signedIn(desk.agent(2));
  await goReady(grace);
  const guest = await visitor();
  await guest.goto(`${desk.url}/chat/returns`);
  await expect(guest).toHaveTitle("Parcel returns");
  await expect(guest.getByRole("heading", { name: "Parcel returns" })).toBeVisible();
  await expect(said(guest)).toHaveText(["What would you like to return?"]);
  await say(guest, "A grinder that does not grind.");
  await openSession(grace, "A grinder that does not grind.");
  await expect(said(guest).getByText("You talk with 小嘉 Grace, no. 1003.")).toBeVisible();

  // One session fills the group's limit; the next visitor waits although Ann is free, for she is not in the group.
  const next = await visitor();
  await next.goto(`${desk.url}/chat/returns`);
  await say(next, "A kettle, please.");
  await expect(next.getByText("0 people ahead")).toBeVisible();
  await expect(inService(ann)).toHaveCount(0);
  await grace.getByRole("main").getByRole("button", { name: "End session" }).click();
  await grace.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(said(guest).getByText("Parcels stay parcels.")).toBeVisible();
  await expect(inService(grace, "A kettle, please.")).toBeVisible();
});

test("CHAN-01, ADM-05, ADM-09, R19: nothing is deleted while it is in use, and the reason is told", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Keep my channel!");
  await expect(inService(ann, "Keep my channel!")).toBeVisible();
  const admin = await signedIn(desk.admin);

  await openConsole(admin, "Channels");
  await choose(admin, "Frontdesk 演示", "Delete");
  await confirm(admin, "Delete");
  await expect(
    admin.getByRole("dialog", { name: "“Frontdesk 演示” still has open sessions and cannot be deleted" }),
  ).toBeVisible();
  await expect(admin.getByRole("dialog").getByRole("cell", { name: "Frontdesk 演示@web" })).toBeVisible();
  await confirm(admin, "OK");

  await openConsole(admin, "Agents");
  await choose(admin, desk.agent(0).name, "Delete");
  await confirm(admin, "Delete");
  await expect(
    admin.getByRole("dialog", { name: /林晓安 Ann Lin” still has open sessions and cannot be deleted/ }),
  ).toBeVisible();
  await confirm(admin, "OK");

  await openConsole(admin, "Flows");
  await choose(admin, "售前咨询 Sales", "Delete");
  await confirm(admin, "Delete");
  await expect(
    admin.getByRole("dialog", { name: "“售前咨询 Sales” is used by channels and cannot be deleted" }),
  ).toBeVisible();
  await confirm(admin, "OK");

  await openConsole(admin, "Skill groups");
  await choose(admin, "售后 Support", "Delete");
  await confirm(admin, "Delete");
  await expect(admin.getByRole("dialog", { name: "“售后 Support” is in use and cannot be deleted" })).toBeVisible();
  await confirm(admin, "OK");

  await openConsole(admin, "Agents");
  await choose(admin, desk.agent(2).name, "Delete");
  await confirm(admin, "Delete");
  await expect(row(admin, desk.agent(2).email)).toHaveCount(0);
});

test("ADM-02, ADM-05, ADM-09: a search stands in the address, so reload and back find it again", async ({
  desk,
  signedIn,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Agents");
  await expect(admin.getByRole("table").getByText("example.com")).toHaveCount(4);
  await admin.getByRole("searchbox").fill("leo");
  await expect(admin.getByRole("table").getByText("example.com")).toHaveText(["demo-leo@example.com"]);
  await expect(admin).toHaveURL(/\?query=leo$/);
  await admin.reload();
  await expect(admin.getByRole("searchbox")).toHaveValue("leo");
  await expect(admin.getByRole("table").getByText("example.com")).toHaveText(["demo-leo@example.com"]);

  await admin.getByRole("button", { name: "Edit" }).click();
  await expect(drawer(admin).getByLabel("E-mail")).toHaveAttribute("readonly");
  await drawer(admin).getByLabel("Public nickname").fill("Leonard");
  await drawer(admin).getByRole("button", { name: "Save" }).click();
  await expect(row(admin, "demo-leo@example.com")).toContainText("Leonard");

  await openConsole(admin, "Skill groups");
  await admin.getByRole("searchbox").fill("nobody has this name");
  await expect(admin.getByText("No skill group matches")).toBeVisible();
  await admin.goBack();
  await expect(row(admin, "demo-leo@example.com")).toBeVisible();
});

test("ADM-02, CHAN-01: faults stand beside their fields, the server's too", async ({ desk, signedIn }) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Agents");
  await admin.getByRole("button", { name: "Add agent" }).click();
  const form = drawer(admin);
  await form.getByLabel("E-mail").fill("nobody");
  await expect(form.getByText("This is not an e-mail address")).toBeVisible();
  await form.getByRole("button", { name: "Add agent" }).click();
  await expect(form.getByText("Please fill this in")).toHaveCount(3);
  await form.getByLabel("Real name").fill("Ann Again");
  await form.getByLabel("Public nickname").fill("Ann");
  await form.getByLabel("Staff no.").fill("1001");
  await form.getByLabel("E-mail").fill("ann-again@example.com");
  await form.getByRole("button", { name: "Add agent" }).click();
  await expect(form.getByLabel("Staff no.")).toHaveAccessibleDescription(/taken already/);
  await form.getByLabel("Staff no.").fill("1004");
  await form.getByLabel("E-mail").fill(desk.agent(0).email);
  await form.getByRole("button", { name: "Add agent" }).click();
  await expect(form.getByLabel("E-mail")).toHaveAccessibleDescription(/taken already/);
  await form.getByRole("button", { name: "Cancel" }).click();
  await admin.getByRole("button", { name: "Discard" }).click();

  await openConsole(admin, "Channels");
  await admin.getByRole("button", { name: "Add channel" }).click();
  await form.getByLabel("Link name").fill("Not A Link");
  await expect(form.getByText("3 to 40 small letters, digits and -")).toBeVisible();
  await form.getByRole("button", { name: "Add channel" }).click();
  await expect(form.getByText("A channel needs a flow")).toBeVisible();
});
