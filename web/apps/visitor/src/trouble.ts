/**
 * The sentence for a trouble. The server's own is used, which comes in the page's language: words for every code
 * would be a tenth of what this page may weigh.
 */
import type { Trouble } from "@frontdesk/visitor-sdk";

import type { T } from "./words";

/** What happened, for people; faults of the desk carry the number by which its log finds them. */
export function troubleSentence(trouble: Trouble, t: T): string {
  if (trouble.code === "offline" || trouble.code === "timeout") return t("unreachable");
  if (trouble.code === "internal")
    return t("with_reference", { sentence: trouble.message, reference: trouble.request_id });
  return trouble.message;
}
