/** Parts that nobody sees at first: loaded when the page has time, or when they are asked for. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { partMissing } from "./stale";

/** A component that comes later; until then it shows nothing. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loading: Promise<ComponentType<Props>> | undefined;
  const once = () => {
    loading ??= load();
    // Without a network it is tried again next time.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  // Before the network may be gone. A panel on another page is not to burden it with what nobody has asked for.
  if (window.parent === window)
    addEventListener("load", () => setTimeout(() => void once().catch(() => undefined), 1_000), { once: true });
  return function Lazy(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(null);
    useEffect(() => {
      once().then(
        (part) => setPart(() => part),
        () => void partMissing(),
      );
    }, []);
    return Part === null ? null : <Part {...props} />;
  };
}
