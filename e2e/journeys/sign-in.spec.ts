import type { Page } from "@playwright/test";

import { choose, confirm, drawer, openConsole, pick, readMail, row } from "../support/console";
import type { Person } from "../support/desk";
import { goReady, inService, openSession, said, say } from "../support/talk";
import { expect, signIn, test } from "../support/test";

const OWN_PASSWORD = "a harbour of my own 7";

/** The password in a mail that brings one. */
function passwordIn(mail: string): string {
  const found = /(?:Initial|New) password: (\S+)/.exec(mail)?.[1];
  expect(found, mail).toBeDefined();
  return found ?? "";
}

/** Chooses an own password where one must before anything else. */
async function chooseOwn(page: Page, first: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Please set your own password" })).toBeVisible();
  await page.getByLabel("Current password").fill(first);
  await page.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel("New password again").fill(OWN_PASSWORD);
  await page.getByRole("button", { name: "Save the new password" }).click();
  await expect(page.getByRole("button", { name: "Go ready" })).toBeVisible();
}

async function expectRefused(page: Page, person: Person, words: RegExp | string): Promise<void> {
  await signIn(page, person);
  await expect(page.getByRole("alert").getByText(words)).toBeVisible();
}

test("ADM-02, OPS-06: a new agent comes in with a first password, changes it, and works", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Agents");
  await admin.getByRole("button", { name: "Add agent" }).click();
  await drawer(admin).getByLabel("Real name").fill("Mia Berg");
  await drawer(admin).getByLabel("Public nickname").fill("Mia");
  await drawer(admin).getByLabel("Staff no.").fill("1004");
  await drawer(admin).getByLabel("E-mail").fill("mia@example.com");
  await pick(admin, drawer(admin).getByLabel("Skill groups"), "售前 Sales");
  await drawer(admin).getByRole("button", { name: "Add agent" }).click();
  await expect(admin.getByText("“Mia Berg” was added")).toBeVisible();
  await admin.getByRole("link", { name: "Open the mail outbox" }).click();
  const mail = await readMail(admin, "Your Frontdesk account");
  expect(mail).toContain("mia@example.com");
  const first = passwordIn(mail);

  const mia = await signedIn({ email: "mia@example.com", password: first });
  await chooseOwn(mia, first);
  await goReady(mia);
  const guest = await visitor();
  await say(guest, "Is anybody new here?");
  await openSession(mia, "Is anybody new here?");
  await say(mia, "I am!");
  await expect(said(guest).getByText("I am!")).toBeVisible();
  await openConsole(admin, "Agents");
  await expect(row(admin, "Mia Berg")).not.toContainText("Initial password");
});

test("ADM-16, R28, C12: the newest sign-in wins, the older place says so, and sessions stay", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const office = await signedIn(desk.agent(0));
  await goReady(office);
  await say(guest, "Are you in the office?");
  await openSession(office, "Are you in the office?");

  const home = await signedIn(desk.agent(0));
  await expect(office.getByRole("alert").getByText("You were signed in at another place")).toBeVisible();
  await expect(office.getByLabel("Message")).toBeHidden();
  await openSession(home, "Are you in the office?");
  await say(home, "No, at home.");
  await expect(said(guest).getByText("No, at home.")).toBeVisible();

  await office.getByRole("button", { name: "Sign in here again" }).click();
  await expectRefused(office, { ...desk.agent(0), password: "not this one" }, /password/);
  await expect(office.getByLabel("E-mail")).toBeVisible();
  await signIn(office, desk.agent(0));
  await expect(inService(office, "No, at home.")).toBeVisible();
  await expect(home.getByText("You were signed in at another place")).toBeVisible();
});

test("ADM-04: a password that is reset stops working at once, the mailed one must be changed", async ({
  desk,
  signedIn,
}) => {
  const leo = await signedIn(desk.agent(1));
  await expect(leo.getByRole("button", { name: "Go ready" })).toBeVisible();
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Agents");
  await choose(admin, desk.agent(1).name, "Reset password");
  await confirm(admin, "Reset password");
  await expect(leo.getByRole("alert").getByText("Your password was reset")).toBeVisible();
  await admin.getByRole("link", { name: "Open the mail outbox" }).click();
  const given = passwordIn(await readMail(admin, "Your password was reset"));

  await leo.getByRole("button", { name: "Sign in here again" }).click();
  await expectRefused(leo, desk.agent(1), /password/);
  await signIn(leo, { ...desk.agent(1), password: given });
  await chooseOwn(leo, given);
});

test("ADM-06, R18: who is forced offline is out at once, the sessions go on, and restoring lets them in", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Please do not go.");
  await expect(inService(ann, "Please do not go.")).toBeVisible();
  const leo = await signedIn(desk.agent(1));
  await goReady(leo);
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Agents");
  await choose(admin, desk.agent(0).name, "Force offline");
  await expect(admin.getByText("Open sessions (1) go back to the head of the queue")).toBeVisible();
  await confirm(admin, "Force offline");

  await expect(ann.getByRole("alert").getByText("An administrator took you offline")).toBeVisible();
  await openSession(leo, "Please do not go.");
  await expect(guest.getByText("小立 Leo (no. 1002) joined")).toBeVisible();
  await expect(row(admin, desk.agent(0).name)).toContainText("Forced offline");
  await ann.getByRole("button", { name: "Sign in here again" }).click();
  await expectRefused(ann, desk.agent(0), "the account is switched off");

  await choose(admin, desk.agent(0).name, "Restore");
  await confirm(admin, "Restore");
  await expect(row(admin, desk.agent(0).name)).not.toContainText("Forced offline");
  await signIn(ann, desk.agent(0));
  await expect(ann.getByRole("button", { name: "Go ready" })).toBeVisible();
});

test("ADM-16, T1203: a forgotten password is set anew by the mailed link, which works once", async ({
  desk,
  newPage,
  page,
  signedIn,
}) => {
  await page.goto(`${desk.url}/`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("heading", { name: "Forgotten password" })).toBeVisible();
  await page.getByLabel("E-mail").fill(desk.agent(2).email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("Look into your mail")).toBeVisible();

  const admin = await signedIn(desk.admin);
  const link = /http:\S+/.exec(await readMail(admin, "Reset your password"))?.[0] ?? "";
  expect(link).toContain(`${desk.url}/reset-password#token=`);
  await setAnew(page, link);
  await expect(page.getByText("The password is changed")).toBeVisible();
  expect(page.url()).not.toContain("token");
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  await expectRefused(page, desk.agent(2), /password/);
  await signIn(page, { ...desk.agent(2), password: OWN_PASSWORD });
  await expect(page.getByRole("button", { name: "Go ready" })).toBeVisible();

  const thief = await newPage();
  await setAnew(thief, link);
  await expect(thief.getByRole("alert")).toBeVisible();
});

async function setAnew(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel("New password again").fill(OWN_PASSWORD);
  await page.getByRole("button", { name: "Save the new password" }).click();
}
