import { expect, test } from "../support/test";

test("OPS-01: one binary answers on all its pages, with nothing from elsewhere", async ({ desk, page, request }) => {
  const foreign: string[] = [];
  page.on("request", (sent) => {
    const url = new URL(sent.url());
    if (url.protocol.startsWith("http") && url.origin !== desk.url) {
      foreign.push(sent.url());
    }
  });

  for (const path of ["/healthz", "/readyz", "/openapi.json"]) {
    expect((await request.get(desk.url + path)).status(), path).toBe(200);
  }

  await page.goto(`${desk.url}/`);
  await expect(page.getByLabel("E-mail")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();

  await page.goto(`${desk.url}/chat/demo`);
  await expect(page.getByLabel("Message")).toBeVisible();

  await page.goto(`${desk.url}/api/docs`);
  await expect(page.getByText("/api/v1/").first()).toBeVisible();

  expect(foreign).toEqual([]);
});

test("OPS-02: the demo's people can sign in, and the desk is there again after a power cut", async ({
  desk,
  signedIn,
}) => {
  expect(desk.agents.length).toBeGreaterThanOrEqual(3);
  expect(desk.channels.map((channel) => channel.url_path)).toContain("/chat/demo");

  const agent = desk.agents[0];
  if (!agent) {
    throw new Error("the demo has no agent");
  }
  const page = await signedIn(agent);
  await expect(page.getByRole("button", { name: "Go ready" })).toBeVisible();

  const before = desk.url;
  await desk.restart();
  expect(desk.url).toBe(before);
  await page.reload();
  await expect(page.getByRole("button", { name: "Go ready" })).toBeVisible();
});
