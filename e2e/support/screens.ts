/** The two screens that pages are made for. */
import type { BrowserContextOptions } from "@playwright/test";

/** A laptop of an agent or an admin. */
export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions;

/** A visitor's phone. */
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;
