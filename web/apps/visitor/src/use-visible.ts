import { useEffect, useState } from "preact/hooks";

import { isSeen, onSeenChange } from "./seen";

/** Whether somebody can see the page. */
export function useVisible(): boolean {
  const [isVisible, setVisible] = useState(isSeen());
  useEffect(() => onSeenChange(() => setVisible(isSeen())), []);
  return isVisible;
}
