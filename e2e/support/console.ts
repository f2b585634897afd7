/** What an admin does in the console. */
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";

/** Opens a page of the console by its name in the navigation. */
export async function openConsole(admin: Page, name: string): Promise<void> {
  if (!new URL(admin.url()).pathname.startsWith("/console")) {
    await admin.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Console" }).click();
  }
  await admin.getByRole("navigation", { name: "Console navigation" }).getByRole("link", { name, exact: true }).click();
  await expect(admin.getByRole("heading", { name, exact: true })).toBeVisible();
}

/** The form at the side, which holds one thing. */
export function drawer(admin: Page): Locator {
  return admin.getByRole("dialog");
}

/** The row of a table that holds `text`. */
export function row(admin: Page, text: string): Locator {
  return admin.getByRole("row").filter({ hasText: text });
}

/** Chooses from a list below a field. */
export async function pick(admin: Page, field: Locator, option: string): Promise<void> {
  await field.click();
  await admin.locator(".ant-select-item-option-content").getByText(option).click();
}

/** Does something with a row that stands in its menu. */
export async function choose(admin: Page, name: string, action: string): Promise<void> {
  await admin.getByRole("button", { name: `More actions for “${name}”` }).click();
  await admin.getByRole("menuitem", { name: action }).click();
}

/** Says yes to what was asked. */
export async function confirm(admin: Page, answer: string): Promise<void> {
  await admin.getByRole("dialog").getByRole("button", { name: answer }).click();
}

/** The text of the newest mail with this subject. */
export async function readMail(admin: Page, subject: string): Promise<string> {
  await openConsole(admin, "Mail outbox");
  await row(admin, subject).first().getByRole("button", { name: "Read" }).click();
  const text = await drawer(admin).getByLabel("Text", { exact: true }).innerText();
  await drawer(admin).getByRole("button", { name: "Close" }).click();
  await expect(drawer(admin)).toBeHidden();
  return text;
}
