/** Undo and redo over values that never change. */

/** Steps that can be undone. */
const MOST_STEPS = 200;

export interface History<Value> {
  readonly past: readonly Value[];
  readonly present: Value;
  readonly future: readonly Value[];
  /** What the last change was about; further ones of the same kind join it. */
  readonly tag: string | undefined;
}

/** A history that begins with `present`. */
export function historyOf<Value>(present: Value): History<Value> {
  return { past: [], present, future: [], tag: undefined };
}

/** The value is another now. Changes with the same `tag` in a row, as letters in one field, are one step. */
export function changed<Value>(history: History<Value>, present: Value, tag?: string): History<Value> {
  if (present === history.present) return history;
  const joins = tag !== undefined && tag === history.tag;
  const past = joins ? history.past : [...history.past, history.present].slice(-MOST_STEPS);
  return { past, present, future: [], tag };
}

/** The value before the last step. */
export function undone<Value>(history: History<Value>): History<Value> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    tag: undefined,
  };
}

/** The value that was undone last. */
export function redone<Value>(history: History<Value>): History<Value> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, tag: undefined };
}
