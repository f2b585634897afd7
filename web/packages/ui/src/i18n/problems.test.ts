import { describe, expect, it } from "vitest";
import { problemSentence, type ProblemCode } from "./problems";

describe("problemSentence", () => {
  it("speaks the reader's language", () => {
    expect(problemSentence({ code: "rate_limited" }, "zh-CN")).toBe("操作太频繁，请稍后再试。");
    expect(problemSentence({ code: "rate_limited" }, "en")).toBe("Too much at once. Try again in a moment.");
  });

  it("names the request of a fault of ours, so that the log can be searched", () => {
    expect(problemSentence({ code: "internal", request_id: "req_1" }, "en")).toContain("(reference req_1)");
    expect(problemSentence({ code: "busy", request_id: "req_1" }, "en")).not.toContain("req_1");
  });

  it("shows the server's sentence for a code that this page does not know yet", () => {
    const newer = { code: "newer_code" as ProblemCode, message: "New rule." };
    expect(problemSentence(newer, "en")).toBe("New rule.");
  });
});
