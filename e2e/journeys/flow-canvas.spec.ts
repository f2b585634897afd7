/** A flow on the canvas: drawn with the mouse, described in the panel, published, and met by a visitor. */
import type { Locator, Page } from "@playwright/test";

import { openConsole, pick, row } from "../support/console";
import { accessFaults } from "../support/axe";
import { expectSaid, goReady, inService, openSession, say } from "../support/talk";
import { expect, test } from "../support/test";

function card(admin: Page, text: string): Locator {
  return admin.locator(".react-flow__node").filter({ hasText: text });
}

function panel(admin: Page): Locator {
  return admin.getByRole("complementary", { name: "Node panel" });
}

/** Drags a kind of node from the palette to a place on the canvas. */
async function drop(admin: Page, kind: string, x: number, y: number): Promise<void> {
  await admin
    .getByRole("button", { name: `Add ${kind}` })
    .dragTo(admin.locator(".react-flow__pane"), { targetPosition: { x, y } });
}

/** Draws a line from a port to a card. */
async function draw(from: Locator, port: string, to: Locator): Promise<void> {
  const source = from.locator(".flow-card-port", { hasText: port }).locator(".react-flow__handle");
  await source.dragTo(to.locator(".react-flow__handle.target"));
}

test("FLOW-01, FLOW-02, FLOW-05, FLOW-13: an admin adds a message with the mouse, mends what is wrong, publishes, and a visitor reads it", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Flows");
  await row(admin, "售前咨询 Sales").getByRole("button", { name: "Open canvas" }).click();
  await expect(card(admin, "Start")).toBeVisible();
  await expect(admin.getByText("No problems; it can be published")).toBeVisible();
  await expect(admin.getByText("Same as version 1")).toBeVisible();
  await expect(admin.getByRole("button", { name: "Publish" })).toBeDisabled();

  await drop(admin, "Send message", 420, 480);
  await panel(admin).getByLabel("Label").fill("Promise");
  await panel(admin).getByLabel("Message text").fill("We answer within a minute.");
  const faults = admin.getByRole("region", { name: "Problems" });
  await expect(faults.getByRole("button", { name: /Promise.*Nothing is connected to “Next”/ })).toBeVisible();
  await expect(admin.getByRole("button", { name: "Publish" })).toBeDisabled();
  await expect(card(admin, "Promise").locator(".flow-card-faults")).toBeVisible();

  // The start leads to the promise now, and that to what the start led to.
  await panel(admin).getByRole("tab", { name: "Connections" }).click();
  await pick(admin, panel(admin).getByLabel("Next"), "greet (greet)");
  await admin.getByRole("button", { name: "Arrange" }).click();
  // Cards glide to their new places, and a line that was drawn meanwhile missed them.
  await expect(async () => {
    await draw(card(admin, "start"), "Next", card(admin, "Promise"));
    await expect(admin.getByText("No problems; it can be published")).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(admin.getByText("Draft saved")).toBeVisible();
  expect(await accessFaults(admin)).toEqual([]);

  // A draft outlives a reload and changes nothing for visitors.
  await admin.reload();
  await expect(card(admin, "Promise")).toBeVisible();
  await admin.getByRole("button", { name: "Publish" }).click();
  await admin.getByRole("dialog").getByLabel("Note").fill("A promise first");
  await admin.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(admin.getByText("Same as version 2")).toBeVisible();

  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  const guest = await visitor();
  await say(guest, "Hello?");
  await openSession(ann, "Hello?");
  await expectSaid(guest, ["We answer within a minute.", "Hello?"]);
  await expect(inService(ann, "Hello?")).toBeVisible();

  await admin.getByRole("link", { name: "Back to the list" }).click();
  await expect(row(admin, "售前咨询 Sales")).toContainText("Version 2");
  await expect(row(admin, "售前咨询 Sales")).toContainText("管理员 Admin");
});

test("FLOW-02: undo, redo, copy, paste, delete and arrange by keys and tools", async ({ desk, signedIn }) => {
  const admin = await signedIn(desk.admin);
  await openConsole(admin, "Flows");
  await row(admin, "售后服务 Support").getByRole("button", { name: "Open canvas" }).click();
  const cards = admin.locator(".react-flow__node");
  await expect(cards).toHaveCount(4);
  await admin.getByRole("button", { name: "Add Branch" }).click();
  await expect(cards).toHaveCount(5);
  await cards.nth(4).click();
  await admin.keyboard.press("Control+c");
  await admin.keyboard.press("Control+v");
  await expect(cards).toHaveCount(6);
  await admin.keyboard.press("Control+z");
  await expect(cards).toHaveCount(5);
  await admin.keyboard.press("Control+y");
  await expect(cards).toHaveCount(6);
  await admin.keyboard.press("Control+a");
  await admin.keyboard.press("Delete");
  await expect(cards).toHaveCount(2);
  await admin.getByRole("button", { name: /^Undo/ }).click();
  await expect(cards).toHaveCount(6);
  await admin.getByRole("button", { name: "Arrange" }).click();
  await expect(cards).toHaveCount(6);
});

test("FLOW-02: the same draft in two tabs: the second is told, and chooses", async ({ desk, signedIn }) => {
  const first = await signedIn(desk.admin);
  await openConsole(first, "Flows");
  await row(first, "售后服务 Support").getByRole("button", { name: "Open canvas" }).click();
  await expect(card(first, "Start")).toBeVisible();
  const second = await first.context().newPage();
  await second.goto(first.url());
  await expect(card(second, "Start")).toBeVisible();

  await card(first, "Start").click();
  await panel(first).getByLabel("Label").fill("Theirs");
  await expect(first.getByText("Draft saved")).toBeVisible();
  await card(second, "Start").click();
  await panel(second).getByLabel("Label").fill("Mine");
  await expect(second.getByText("管理员 Admin has just changed this draft")).toBeVisible();
  await second.getByRole("button", { name: "Take their draft" }).click();
  await expect(card(second, "Theirs")).toBeVisible();

  await card(second, "Theirs").click();
  await panel(second).getByLabel("Label").fill("Ours");
  await expect(second.getByText("Draft saved")).toBeVisible();
  await panel(first).getByLabel("Label").fill("Mine again");
  await first.getByRole("button", { name: "Overwrite with mine" }).click();
  await expect(first.getByText("Draft saved")).toBeVisible();
  await second.reload();
  await expect(card(second, "Mine again")).toBeVisible();
});
