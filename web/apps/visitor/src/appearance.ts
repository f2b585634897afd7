/** Title and colour of the channel on the page. */
import { readableOn } from "@frontdesk/ui/tokens/contrast";

/** Takes over the channel's colour. Through the CSSOM, which a policy without inline styles allows. */
export function applyColour(colour: string): void {
  // The server lets nothing else pass; what was remembered by an older page is checked again.
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return;
  const root = document.documentElement.style;
  root.setProperty("--accent", colour);
  root.setProperty("--on-accent", readableOn(colour));
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", colour);
}

/** First character of a name as people see it, for a round picture. */
export function initialOf(name: string): string {
  const first = new Intl.Segmenter().segment(name.trim())[Symbol.iterator]().next().value?.segment;
  return first?.toLocaleUpperCase() ?? "";
}
