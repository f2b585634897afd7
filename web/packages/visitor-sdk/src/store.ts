/** Storage that never throws: without the browser's leave everything is kept in memory for as long as the page lives. */

/** What the SDK needs of `localStorage`. */
export interface Store {
  /** Whether what is written outlives the page. */
  readonly isPersistent: boolean;
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** Wraps a browser storage; private modes refuse it on access, full ones on writing. */
export function safeStore(open: () => Storage): Store {
  const storage = usable(open);
  // Values that the storage had no room for: they last as long as the page.
  const memory = new Map<string, string>();
  return {
    isPersistent: storage !== null,
    get: (key) => memory.get(key) ?? storage?.getItem(key) ?? null,
    set(key, value) {
      memory.delete(key);
      try {
        if (storage === null) memory.set(key, value);
        else storage.setItem(key, value);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      storage?.removeItem(key);
    },
    keys: () => [...new Set([...memory.keys(), ...storedKeys(storage)])],
  };
}

function usable(open: () => Storage): Storage | null {
  try {
    const storage = open();
    const probe = "frontdesk.probe";
    storage.setItem(probe, probe);
    storage.removeItem(probe);
    return storage;
  } catch {
    return null;
  }
}

function storedKeys(storage: Storage | null): string[] {
  if (storage === null) return [];
  return Array.from({ length: storage.length }, (_, at) => storage.key(at)).filter((key) => key !== null);
}
