import { useExplain } from "@frontdesk/ui/react/failure";
import { App } from "antd";
import { useCallback, useState } from "react";

interface Command<Arguments extends unknown[]> {
  run: (...given: Arguments) => void;
  isRunning: boolean;
}

/** Runs something that may be refused, and says why in passing when it is. */
export function useCommand<Arguments extends unknown[]>(
  act: (...given: Arguments) => Promise<unknown>,
): Command<Arguments> {
  const { message } = App.useApp();
  const explain = useExplain();
  const [isRunning, setRunning] = useState(false);
  const run = useCallback(
    (...given: Arguments) => {
      setRunning(true);
      act(...given)
        .catch((error: unknown) => void message.error(explain(error).message))
        .finally(() => setRunning(false));
    },
    [act, message, explain],
  );
  return { run, isRunning };
}
