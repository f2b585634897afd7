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

it("F43: a crowd that lost its connection at one moment comes back spread over the whole range", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const crowd = Array.from({ length: 5_000 }, () => new Backoff(random));
  for (const range of [1_000, 2_000, 4_000]) {
    const delays = crowd.map((page) => page.fail());
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const from = (range / 10) * tenth;
      const there = delays.filter((delay) => delay >= from && delay < from + range / 10);
      expect(there.length).toBeGreaterThan(400);
      expect(there.length).toBeLessThan(600);
    }
  }
});
