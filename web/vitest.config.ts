import { defineConfig } from "vitest/config";

import { frontdeskAlias } from "./build/alias";

export default defineConfig({
  resolve: { alias: frontdeskAlias },
  test: {
    environment: "happy-dom",
    include: ["{packages,apps}/*/src/**/*.test.{ts,tsx}", "build/*.test.ts"],
    restoreMocks: true,
    // Ant Design's tables and forms take seconds to render on a small machine.
    testTimeout: 20_000,
  },
});
