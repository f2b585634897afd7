import { troubleOf } from "@frontdesk/api-client/problem";
import { useExplain } from "@frontdesk/ui/react/failure";
import { App } from "antd";
import { useCallback } from "react";
import type { ReactNode } from "react";

import type { ProblemDetails } from "./wire";

interface AskedAction {
  /** Asks by name. */
  title: string;
  /** What will happen, and to how many. */
  text: ReactNode;
  okText: string;
  /** Whether nobody loses anything by it. */
  isHarmless?: boolean;
  run: () => Promise<void>;
  /** What is shown instead of the bare reason when something stands in the way (R19). */
  inTheWay?: (details: ProblemDetails) => { title: string; content: ReactNode } | undefined;
}

/** Room for a table. */
const WIDE = "min(40rem, 92vw)";

/** Asks before something is done, does it, and says why when the server refuses. */
export function useAskedAction(): (action: AskedAction) => void {
  const { modal } = App.useApp();
  const explain = useExplain();
  return useCallback(
    (action) => {
      const attempt = async () => {
        try {
          await action.run();
        } catch (error) {
          const details = troubleOf(error)?.details;
          const shown = details && action.inTheWay?.(details);
          modal.error(shown ? { ...shown, width: WIDE } : { title: explain(error).message });
        }
      };
      modal.confirm({
        title: action.title,
        content: action.text,
        okText: action.okText,
        okButtonProps: { danger: !action.isHarmless },
        onOk: attempt,
      });
    },
    [explain, modal],
  );
}
