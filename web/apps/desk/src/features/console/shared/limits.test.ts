import { describe, expect, it } from "vitest";

import { CHANNEL_KEY, EMAIL, PHONE, STAFF_NO } from "./limits";

/** ADM-02, CHAN-01: the page accepts what the server accepts. */
describe("what fields may hold", () => {
  it.each([
    [EMAIL, ["ann@example.com", "Ann.O'Lee+x@mail.example.co", "root@localhost"]],
    [PHONE, ["110", "+86 138-0013-8000", "010 8888 8888"]],
    [STAFF_NO, ["1", "A_1-b", "9".repeat(32)]],
    [CHANNEL_KEY, ["demo", "a-1", "k".repeat(40)]],
  ])("%s takes the good ones", (pattern, good) => {
    expect(good.filter((text) => !pattern.test(text))).toEqual([]);
  });

  it.each([
    [
      EMAIL,
      [
        "",
        "ann",
        "ann@",
        "@x.com",
        "a b@x.com",
        "a@b@c.com",
        ".a@x.com",
        "a@-x.com",
        "a@x..com",
        "安@x.com",
        `${"a".repeat(65)}@x.com`,
      ],
    ],
    [PHONE, ["12", "+", "1+234", "12a4", "(010) 8888", "1".repeat(33)]],
    [STAFF_NO, ["", "工号", "a b", "a.b", "9".repeat(33)]],
    [CHANNEL_KEY, ["ab", "Demo", "de mo", "../x", "k".repeat(41)]],
  ])("%s refuses the others", (pattern, bad) => {
    expect(bad.filter((text) => pattern.test(text))).toEqual([]);
  });

  it("reads a hostile address in linear time", () => {
    const start = performance.now();
    EMAIL.test(`${"a.".repeat(100)}@${"a-".repeat(100)}!`);
    PHONE.test(`${" -".repeat(15)}x`);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
