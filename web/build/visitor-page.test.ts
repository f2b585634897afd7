// @vitest-environment node
import { expect, test } from "vitest";

import { withUsedTokens } from "./visitor-page";

test("tokens that no style uses and themes that nobody chooses are left out", () => {
  const css =
    ":root{--a:1px;--b:2px;color-scheme:light}@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--a:3px;--b:4px}}" +
    ":root[data-theme=dark]{--a:3px}.x{width:var(--a)}";
  expect(withUsedTokens(css)).toBe(
    ":root{--a:1px;color-scheme:light}@media (prefers-color-scheme:dark){:root{--a:3px;}}.x{width:var(--a)}",
  );
});
