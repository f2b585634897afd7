import { describe, expect, it } from "vitest";

import { hostOrigin } from "../embed";
import { channelKey, deskOrigin } from "./address";
import { guarded } from "./guard";
import { opened, sealed } from "./protocol";
import { readToFrame } from "./to-frame";
import { visitorOf } from "./visitor";
import { languageOf } from "./words";

describe("where the desk is", () => {
  it("T206: is derived from any form of address, and nothing else is taken", () => {
    const page = "https://shop.example/a/b";
    for (const [address, origin] of [
      ["https://desk.example/widget.js", "https://desk.example"],
      ["HTTPS://Desk.Example:443/x?y#z", "https://desk.example"],
      ["//desk.example:8443/widget.js", "https://desk.example:8443"],
      ["/widget.js", "https://shop.example"],
      ["widget.js", "https://shop.example"],
      ["https://desk.example@evil.example/", "https://evil.example"],
    ])
      expect(deskOrigin(address ?? "", page), address).toBe(origin);
    for (const bad of [
      "javascript:alert(1)",
      "data:text/javascript,1",
      "blob:https://a/1",
      "https://",
      "https://[",
      "file:///x",
    ])
      expect(deskOrigin(bad, page), bad).toBeNull();
    expect(deskOrigin("/widget.js", "about:blank")).toBeNull();
  });

  it("T316: takes a channel's key and nothing that would lead elsewhere", () => {
    expect(channelKey("demo-1")).toBe("demo-1");
    for (const bad of [null, "", "ab", "../x", "Demo", "a/b", "demo?x", "k".repeat(41)])
      expect(channelKey(bad)).toBeNull();
  });
});

describe("what passes between page and frame", () => {
  it("T201, T205: the frame speaks with an origin and with nothing that only looks like one", () => {
    expect(hostOrigin("#host=https%3A%2F%2Fshop.example")).toBe("https://shop.example");
    expect(hostOrigin("#host=http%3A%2F%2Flocalhost%3A3000")).toBe("http://localhost:3000");
    for (const bad of [
      "",
      "#host=",
      "#host=*",
      "#host=null",
      "#host=https://shop.example/",
      "#host=https://a@shop.example",
      "#host=javascript:alert(1)",
      "#host=file://",
    ])
      expect(hostOrigin(bad), bad).toBeNull();
  });

  it("T203: anything but our messages is as if it had not come", () => {
    const huge = { frontdesk: 1, type: "x".repeat(1_000_000) };
    for (const data of [
      null,
      undefined,
      "init",
      7,
      [],
      {},
      { type: "init" },
      { frontdesk: 2, type: "hello" },
      huge,
      new Date(),
    ])
      expect(readToFrame(data)).toBeNull();
    for (const data of [
      { type: "init", is_open: true },
      { type: "init", visitor: {}, is_open: "yes" },
      { type: "visitor", visitor: "alice" },
      { type: "language", language: "fr" },
      { type: "panel" },
      { type: "constructor" },
      { type: "__proto__" },
    ])
      expect(readToFrame({ frontdesk: 1, ...data })).toBeNull();
    expect(opened(sealed({ type: "close" }))).toMatchObject({ type: "close" });
  });

  it("T204: fields that a message does not have are not passed on", () => {
    const sent = {
      frontdesk: 1,
      type: "panel",
      is_open: true,
      token: "t",
      baseUrl: "https://evil.example",
      sessionId: "s",
    };
    expect(readToFrame(sent)).toEqual({ type: "panel", is_open: true });
    const visitor = visitorOf({ nickname: "Li", token: "t", cookie: "c", baseUrl: "https://evil.example" });
    expect(visitor).toEqual({ identity: null, nickname: "Li", avatar: null, custom_data: null });
  });
});

describe("what a page tells of its visitor", () => {
  it("SEC-03: an identity is whole or none at all", () => {
    const identity = { user_id: "u1", expires_at: 1_800_000_000, signature: "ab" };
    expect(visitorOf(identity)?.identity).toEqual(identity);
    expect(visitorOf({})?.identity).toBeNull();
    for (const bad of [
      { user_id: "u1" },
      { ...identity, signature: undefined },
      { ...identity, expires_at: "1800000000" },
      { ...identity, user_id: { $ne: "" } },
      { ...identity, user_id: "u".repeat(300) },
    ])
      expect(visitorOf(bad)).toBeNull();
  });

  it("T102: data becomes short texts by name; what is no plain value is left out", () => {
    const told = {
      level: "gold",
      orders: 3,
      vip: true,
      " x ": "trimmed",
      "": "nameless",
      list: [1],
      none: null,
      long: "é".repeat(999),
    };
    const data = visitorOf({ custom_data: told })?.custom_data;
    expect(data).toEqual({ level: "gold", orders: "3", vip: "true", x: "trimmed", long: "é".repeat(256) });
    const proto = JSON.parse('{"__proto__":"text"}') as object;
    expect(Object.entries(visitorOf({ custom_data: proto })?.custom_data ?? {})).toEqual([["__proto__", "text"]]);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`n${at}`, at]));
    expect(Object.keys(visitorOf({ custom_data: many })?.custom_data ?? {})).toHaveLength(20);
    expect(visitorOf({ custom_data: "text" })?.custom_data).toBeTypeOf("object");
    expect(visitorOf({ nickname: `${"x".repeat(63)}😀` })?.nickname).toBe("x".repeat(63));
  });
});

it("CHAN-04: our faults stay with us", () => {
  const broken = guarded(() => {
    throw new Error("fault");
  });
  expect(() => broken()).not.toThrow();
});

it("CHAN-04: the language is the author's, else the page's, else the browser's", () => {
  document.documentElement.lang = "en-GB";
  expect(languageOf("zh-TW")).toBe("zh-CN");
  expect(languageOf(null)).toBe("en");
  expect(languageOf("fr")).toBe("en");
});
