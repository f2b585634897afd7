import type { ClientState, VisitorClient } from "@frontdesk/visitor-sdk";
import { useLayoutEffect, useState } from "preact/hooks";

/** The client's state, shown again after each change. */
export function useClientState(client: VisitorClient): ClientState {
  const [state, setState] = useState(client.state);
  useLayoutEffect(() => {
    const update = () => setState(client.state);
    update();
    return client.subscribe(update);
  }, [client]);
  return state;
}
