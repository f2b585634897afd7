import { createHmac } from "node:crypto";

import { expect, it } from "vitest";

import { SIGNED_TEXT, SIGNING_EXAMPLES } from "./signing-examples";

interface Identity {
  user_id: string;
  expires_at: number;
  signature: string;
}

it("SEC-03: the Node.js example signs as the server checks", async () => {
  process.env.FRONTDESK_IDENTITY_SECRET = "s3cret";
  const code = SIGNING_EXAMPLES.find((example) => example.language === "Node.js")?.code ?? "";
  const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as {
    frontdeskIdentity: (userId: string) => Identity;
  };
  const { user_id, expires_at, signature } = module.frontdeskIdentity("客户:7");
  const text = SIGNED_TEXT.replace("<expires_at>", String(expires_at)).replace("<user_id>", user_id);
  expect(signature).toBe(createHmac("sha256", "s3cret").update(text).digest("hex"));
  const seconds = Math.floor(Date.now() / 1000);
  expect(expires_at).toBeGreaterThan(seconds);
  expect(expires_at).toBeLessThanOrEqual(seconds + 86_400);
});

it("SEC-03: every example signs the same text", () => {
  for (const { code } of SIGNING_EXAMPLES) expect(code).toContain("frontdesk-identity:v1:");
});
