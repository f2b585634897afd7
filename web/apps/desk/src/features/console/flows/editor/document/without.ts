/** What may be left out, with `undefined` where it is; the wire has no such value. */
export type Loose<Value> = { [Key in keyof Value]: Value[Key] | undefined };

/** The value without what is `undefined` in it. */
export function without<Value extends object>(value: Loose<Value>): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Value;
}
