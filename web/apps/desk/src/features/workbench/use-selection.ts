import { useCallback } from "react";
import { useSearchParams } from "react-router";

const SESSION = "session";

/** The address of the workbench with this session chosen. */
export function sessionPath(id: string): string {
  return `/?${new URLSearchParams({ [SESSION]: id }).toString()}`;
}

/** The chosen session, which stands in the address: reload and "back" work. */
export function useSelection() {
  const [params, setParams] = useSearchParams();
  const selected = params.get(SESSION) ?? undefined;
  const select = useCallback(
    (id: string | undefined) => {
      const isSwitch = params.has(SESSION) && id !== undefined;
      // Going from one session to the next adds no step to "back"; opening the first one does.
      setParams(id === undefined ? {} : { [SESSION]: id }, { replace: isSwitch });
    },
    [params, setParams],
  );
  return { selected, select };
}
