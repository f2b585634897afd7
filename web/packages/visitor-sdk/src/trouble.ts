/** Calls that were not done, and why. */
import type { Problem, Trouble } from "./types";

/** A call that was not done, with the reason. */
export class TroubleError extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.message);
  }
}

/** The trouble behind an error; errors of ours are thrown on. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  throw error;
}

/** The problem in an answer; whatever is not one came from something between us and the server. */
export function problemOf(status: number, body: string): Trouble {
  try {
    const problem = JSON.parse(body) as Partial<Problem> | null;
    if (typeof problem?.code === "string" && typeof problem.class === "string") return problem as Problem;
  } catch {
    // Not JSON: a proxy's page.
  }
  return { code: "offline", class: "retry", message: `HTTP ${status}` };
}

/** No answer came at all, or too late. */
export function noAnswer(error: unknown): Trouble {
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  return { code: isLate ? "timeout" : "offline", class: "retry", message: String(error) };
}
