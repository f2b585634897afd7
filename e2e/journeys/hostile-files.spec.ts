import { choose, goReady, openSession, said, say } from "../support/talk";
import { expect, test } from "../support/test";

const SCRIPT = "<script>document.title = 'owned'; parent.document.title = 'owned'</script>";
const NAMES = [
  `"><img src=x onerror=document.title='owned'>.html`,
  "picture.svg",
  "a.png.html",
  "report\u202Efdp.html",
];

test("T109, T118, T603, T108: a hostile file is a download with a plain name, and an answer of the API is no page", async ({
  desk,
  signedIn,
  visitor,
}) => {
  const guest = await visitor();
  const ann = await signedIn(desk.agent(0));
  await goReady(ann);
  await say(guest, "Here are my files.");
  await openSession(ann, "Here are my files.");
  for (const name of NAMES) {
    const buffer = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='owned'">${SCRIPT}</svg>`,
    );
    await choose(guest, "Add a file", { name, mimeType: "image/png", buffer });
  }
  const links = ann.getByRole("link", { name: /^Download/ });
  await expect(links).toHaveCount(NAMES.length);
  // Markup in a name is letters, and what turns letters round is gone or to be seen.
  await expect(links.first()).toContainText("<img src=x onerror=document.title='owned'>.html");
  for (const label of await links.allInnerTexts()) {
    expect(label).not.toContain("\u202E");
  }
  for (const page of [guest, ann]) {
    expect(await said(page).locator("script, svg[onload], img[src='x'], iframe").count()).toBe(0);
  }
  // Opened as a page, each is saved and none is shown; so is what the API says to whoever opens it in a tab.
  for (const link of await links.all()) {
    const address = new URL((await link.getAttribute("href")) ?? "", desk.url).href;
    const tab = await ann.context().newPage();
    const coming = tab.waitForEvent("download");
    await tab.goto(address).catch(() => undefined);
    const download = await coming;
    expect(download.suggestedFilename()).not.toMatch(/[<>"/\\]/);
    expect(await tab.title()).toBe("");
    await tab.close();
  }
  for (const path of [
    "/api/v1/me",
    "/api/v1/workbench",
    `/api/v1/%3Cscript%3E`,
    "/api/v1/sessions?cursor=%3Cscript%3E",
  ]) {
    const tab = await ann.context().newPage();
    const answer = await tab.goto(`${desk.url}${path}`);
    expect(answer?.headers()["content-type"]).toBe("application/json");
    expect(await tab.locator("script").count()).toBe(0);
    expect(await tab.title()).toBe("");
    await tab.close();
  }
  for (const page of [guest, ann]) {
    expect(await page.title()).not.toBe("owned");
  }
});
