import { useText } from "@frontdesk/ui/react/language";
import { createContext, useContext } from "react";

import type { FlowFault } from "../../../shared/wire";
import { faultMessages, faultText } from "../fault-words";

/** The faults of what the panel shows. */
export const ShownFaults = createContext<readonly FlowFault[]>([]);

/** What is wrong with a field (`options.0.value`); with `withParts` also with what is inside it. */
export function useFaultsAt(field: string, withParts = false): { message: string; isError: boolean } | undefined {
  const t = useText(faultMessages);
  const faults = useContext(ShownFaults).filter(
    (fault) => fault.field === field || (withParts && fault.field?.startsWith(`${field}.`) === true),
  );
  if (faults.length === 0) return undefined;
  return {
    message: faults.map((fault) => faultText(t, fault, (port) => port)).join(" "),
    isError: faults.some(({ severity }) => severity === "error"),
  };
}
