import { initialOf } from "./appearance";

/** A round picture with the first character of a name; the desk's own looks different from a person's (T114). */
export function Avatar({ name, isDesk }: { name: string; isDesk: boolean }) {
  return (
    <span class={isDesk ? "avatar avatar-desk" : "avatar"} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}
