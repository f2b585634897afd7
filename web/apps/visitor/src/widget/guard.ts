/** Keeps our faults to ourselves: the page around must never see one, neither thrown nor in `window.onerror`. */

/** The same function, whose faults go to the console. */
export function guarded<Arguments extends unknown[]>(
  run: (...passed: Arguments) => void,
): (...passed: Arguments) => void {
  return (...passed) => {
    try {
      run(...passed);
    } catch (error) {
      warn("a fault in the widget", error);
    }
  };
}

/** Tells the page's developers something. */
export function warn(text: string, detail?: unknown): void {
  try {
    // The only words for people who build the page around; visitors do not see the console.
    // eslint-disable-next-line no-console
    console.warn(`Frontdesk: ${text}`, detail ?? "");
  } catch {
    // A page may have replaced the console, too.
  }
}
