import type { ReactNode } from "react";

import { Notice } from "./Notice";

/** Says what a list is for while nothing is in it, and offers the first action. */
export function EmptyState(props: { title: string; text: string; action?: ReactNode }) {
  return <Notice {...props} />;
}
