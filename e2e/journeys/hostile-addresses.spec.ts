import { confirm } from "../support/console";
import { goReady, inService, say } from "../support/talk";
import { expect, signIn, test } from "../support/test";

test("T221, T217: whatever an address asks for, signing in leads to a page of this desk", async ({ desk, newPage }) => {
  for (const path of [
    "//evil.example/records",
    "/\\evil.example/records",
    "/sign-in?next=https://evil.example&returnUrl=//evil.example&from=javascript:alert(1)",
    "/sign-in#https://evil.example",
  ]) {
    const page = await newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== desk.url) foreign.push(request.url());
    });
    await page.goto(`${desk.url}${path}`);
    await signIn(page, desk.agent(0));
    await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeHidden();
    expect(new URL(page.url()).origin).toBe(desk.url);
    expect(foreign).toEqual([]);
    await page.close();
  }
});

test("T422, T224: after signing out the way back shows nothing of what was on the screen", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "My number is 4711");
  await expect(inService(ann, "My number is 4711")).toBeVisible();
  await inService(ann, "My number is 4711").click();
  await ann.getByRole("button", { name: /^Account/ }).click();
  await ann.getByRole("menuitem", { name: "Sign out" }).click();
  await confirm(ann, "Sign out");
  await expect(ann.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await ann.goBack();
  await expect(ann.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(ann.getByText("4711")).toHaveCount(0);
  const kept = await ann.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toContain("4711");
  await ann.reload();
  await expect(ann.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
});
