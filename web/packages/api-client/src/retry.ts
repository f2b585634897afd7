/**
 * Sends a call again when it is unknown whether it was done, always with the same key (C02, C20). A page sees one
 * answer or one failure, never a half.
 */
import { isMutating, IDEMPOTENCY_KEY } from "./idempotency";
import { noAnswer } from "./problem";

/** Attempts for one call, the first included. */
const ATTEMPTS = 3;
/** How long one attempt may take, in milliseconds. */
const ATTEMPT_MS = 15_000;
/** Upper bound of the first pause, in milliseconds; it doubles. */
const FIRST_PAUSE_MS = 400;
/** A server that asks for a longer pause is not asked again: people should hear the reason. */
const LONGEST_ASKED_PAUSE_S = 2;

/** What retrying takes from the browser. */
export interface RetryEnvironment {
  fetch(request: Request): Promise<Response>;
  random(): number;
  pause(milliseconds: number): Promise<void>;
}

/** `fetch` that repeats a call when that is safe: reads always, commands only under an idempotency key. */
export function retryingFetch(env: RetryEnvironment): (request: Request) => Promise<Response> {
  return async (request) => {
    const isSafe = !isMutating(request.method) || request.headers.has(IDEMPOTENCY_KEY);
    const attempts = isSafe ? ATTEMPTS : 1;
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts;
      const response = await once(env, request.clone(), isLast);
      if (response !== undefined && (isLast || !isWorthRepeating(response))) return response;
      await env.pause(env.random() * FIRST_PAUSE_MS * 2 ** (attempt - 1) + askedPause(response));
    }
  };
}

/** One attempt; nothing when no answer came and another attempt follows. */
async function once(env: RetryEnvironment, request: Request, isLast: boolean): Promise<Response | undefined> {
  const limit = AbortSignal.timeout(ATTEMPT_MS);
  const signal = AbortSignal.any([request.signal, limit]);
  try {
    return await env.fetch(new Request(request, { signal }));
  } catch (error) {
    if (request.signal.aborted) throw error;
    if (!isLast) return undefined;
    throw noAnswer(limit.aborted ? "timeout" : "offline");
  }
}

/** 503 is the server's "not now"; 502 and 504 come from what stands in front of it. */
function isWorthRepeating(response: Response): boolean {
  const isBusy = response.status === 502 || response.status === 503 || response.status === 504;
  return isBusy && askedSeconds(response) <= LONGEST_ASKED_PAUSE_S;
}

function askedPause(response: Response | undefined): number {
  return response === undefined ? 0 : askedSeconds(response) * 1000;
}

function askedSeconds(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
