import { defineConfig } from "@playwright/test";

import { desktop } from "./support/screens";

/** The browser is the system's: `cargo xtask test` finds or installs it. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  outputDir: "test-results",
  reporter: "list",
  forbidOnly: true,
  // A busy machine may be late once; a test that needs this is reported as flaky.
  retries: 1,
  fullyParallel: true,
  // Each test runs a desk and a browser of its own; a small machine has room for two of them.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: {
    ...desktop,
    locale: "en-US",
    actionTimeout: 20_000,
    // Traces double the work of a run, so one asks for them: TRACE=on.
    trace: process.env["TRACE"] === "on" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "journeys", testDir: "journeys" },
    { name: "pictures", testDir: "pictures", workers: 1 },
  ],
});
