import { expect, it } from "vitest";
import { Backoff } from "./backoff";

it("U2: doubles its range from 1 s to 30 s, jitters over all of it, and never ends", () => {
  const longest = new Backoff(() => 0.999_999);
  expect(Array.from({ length: 7 }, () => Math.round(longest.fail() / 1000))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  for (let at = 0; at < 10_000; at += 1) longest.fail();
  expect(longest.fail()).toBeLessThanOrEqual(30_000);
  longest.succeed();
  expect(longest.fail()).toBeLessThanOrEqual(1_000);
  expect(new Backoff(() => 0).fail()).toBe(0);
  expect(new Backoff(() => 0).fail(5_000)).toBe(5_000);
});
