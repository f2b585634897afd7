import type { Page } from "@playwright/test";

import { endSession, goReady, inService, openSession, say } from "../support/talk";
import { expect, test } from "../support/test";

async function limitOneself(agent: Page, limit: number): Promise<void> {
  await agent.getByRole("button", { name: /^Account of / }).click();
  await agent.getByRole("menuitem", { name: "My reception limit" }).click();
  await agent.getByLabel("Sessions at a time").fill(String(limit));
  await agent.getByRole("button", { name: "Save" }).click();
  await expect(agent.getByRole("dialog")).toBeHidden();
}

async function become(agent: Page, status: string): Promise<void> {
  await agent.getByRole("button", { name: /^Status: / }).click();
  await agent.getByRole("menuitemradio", { name: status }).click();
  await expect(agent.getByRole("button", { name: `Status: ${status}` })).toBeVisible();
}

async function end(visitor: Page): Promise<void> {
  await visitor.getByRole("button", { name: "End conversation" }).click();
  await visitor.getByRole("dialog").getByRole("button", { name: "End conversation" }).click();
  await expect(visitor.getByText("You ended the conversation")).toBeVisible();
}

test("ROUTE-01, ROUTE-03, ROUTE-04, ROUTE-05, ROUTE-14, WORK-02, R7, U5, U6: visitors wait in line and are served in order", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const [first, second, third] = [await visitor(), await visitor(), await visitor()];
  await say(first, "I came first.");
  await expect(first.getByRole("status").getByText("0 people ahead")).toBeVisible();
  await say(second, "I came second.");
  await expect(second.getByText("1 person ahead of you")).toBeVisible();
  await say(third, "I came third.");
  await expect(third.getByText("2 people ahead of you")).toBeVisible();

  const ann = await signedIn(desk.agent(0));
  const waiting = ann.getByRole("region", { name: "Waiting" });
  await expect(waiting.getByTitle("售前 Sales: 3 waiting")).toBeVisible();
  await expect(inService(ann)).toHaveCount(0);
  await limitOneself(ann, 1);
  await goReady(ann);
  await expect(inService(ann, "I came first.")).toBeVisible();
  await expect(ann.getByRole("button", { name: "Status: Busy" })).toBeVisible();
  await expect(ann.getByText("1 open sessions, limit 1")).toBeAttached();
  await expect(first.getByText("people ahead")).toBeHidden();
  await expect(second.getByText("0 people ahead")).toBeVisible();
  await expect(third.getByText("1 person ahead of you")).toBeVisible();
  await expect(waiting.getByTitle("售前 Sales: 2 waiting")).toBeVisible();

  await end(first);
  await expect(inService(ann)).toHaveCount(1);
  await openSession(ann, "I came second.");
  await expect(third.getByText("0 people ahead")).toBeVisible();
  await expect(ann.getByRole("button", { name: "Status: Busy" })).toBeVisible();

  await become(ann, "Not ready");
  await endSession(ann);
  await expect(second.getByText("The agent ended the conversation")).toBeVisible();
  await expect(inService(ann)).toHaveCount(0);
  await expect(third.getByText("0 people ahead")).toBeVisible();

  const leo = await signedIn(desk.agent(1));
  await goReady(leo);
  await expect(inService(leo, "I came third.")).toBeVisible();
  await expect(leo.getByRole("button", { name: "Status: Free" })).toBeVisible();
  await expect(third.getByText("小立 Leo (no. 1002) joined")).toBeVisible();
  await expect(waiting.getByTitle("售前 Sales: 0 waiting")).toBeVisible();
});
