/** Why the desk says no, as a value that can be thrown: a stable code, a class (C20) and what is wrong where. */
import type { components } from "./schema";

/** The one shape of an error of this API. */
export type Problem = components["schemas"]["Problem"];

/** No answer came: the server could not be reached, or it took too long. Always worth another try with the same key. */
export interface NoAnswer {
  readonly code: "offline" | "timeout";
  readonly class: "retry";
  readonly message: string;
  readonly request_id?: undefined;
  readonly retry_after?: undefined;
  readonly fields?: undefined;
  readonly details?: undefined;
}

/** Why something was not done. */
export type Trouble = Problem | NoAnswer;

/** A call that was not done, and why. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: Trouble,
    /** HTTP status; 0 when no server answered. */
    readonly status: number,
  ) {
    super(`${problem.code}: ${problem.message}`);
  }
}

/** The failure for an unreachable server or one that takes too long. */
export function noAnswer(code: NoAnswer["code"]): ProblemError {
  const message = code === "offline" ? "The server cannot be reached." : "The server did not answer in time.";
  return new ProblemError({ code, class: "retry", message }, 0);
}

/** Why `error` happened, if it came from the server or from its absence. */
export function troubleOf(error: unknown): Trouble | undefined {
  return error instanceof ProblemError ? error.problem : undefined;
}

/** Codes that mean: this browser is not signed in any more. */
export function isSignedOut(trouble: Trouble | undefined): boolean {
  return trouble?.code === "not_signed_in" || trouble?.code === "signed_in_elsewhere";
}

/**
 * The problem in an answer that was not a success. Something between us and the desk may answer in words of its own
 * (a proxy's error page): that counts as a fault of the way there, and is tried again.
 */
export function problemFrom(body: unknown, status: number): ProblemError {
  if (isProblem(body)) return new ProblemError(body, status);
  const isTransient = status >= 500 || status === 408 || status === 429;
  const code = isTransient ? "unavailable" : "internal";
  const message = `The answer was ${status} without a reason.`;
  return new ProblemError({ code, class: isTransient ? "retry" : "fatal", message, request_id: "" }, status);
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== "object" || body === null) return false;
  const { code, class: kind, message } = body as Record<string, unknown>;
  return typeof code === "string" && typeof kind === "string" && typeof message === "string";
}
