/** Keys under which a command is done once, however often it is sent (C02). */

const MUTATING = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Header that carries the key. */
export const IDEMPOTENCY_KEY = "Idempotency-Key";

/** Whether a call with this method changes something and so needs a key. */
export function isMutating(method: string): boolean {
  return MUTATING.has(method.toUpperCase());
}

/** A key that nobody else makes: 32 hexadecimal digits. Not `crypto.randomUUID`, which plain HTTP does not have. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
