/** Contrast of colours after WCAG 2.2, for the tests of the palettes and for colours that an admin chose. */

/** Relative luminance of `#rrggbb`, 0 (black) to 1 (white). */
export function luminance(colour: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on `colour` (`#rrggbb`). */
export function readableOn(colour: string): "#000000" | "#ffffff" {
  // At this luminance both contrasts are the same, the square root of 21.
  return luminance(colour) <= Math.sqrt(1.05 * 0.05) - 0.05 ? "#ffffff" : "#000000";
}
