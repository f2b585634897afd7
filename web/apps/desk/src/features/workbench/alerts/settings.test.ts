import { memoryStore } from "@frontdesk/live/testing/fake-environment";
import { describe, expect, it } from "vitest";

import { AlertSettings, DEFAULT_CHOICES } from "./settings";

describe("WORK-04: the four switches", () => {
  it("begin with sounds on and notifications off", () => {
    expect(new AlertSettings(memoryStore(), "agt_1").read()).toEqual({
      sound: { session: true, message: true },
      notification: { session: false, message: false },
    });
  });

  it("turn one by one and are remembered for each agent", () => {
    const store = memoryStore();
    new AlertSettings(store, "agt_1").turn("sound", "message", false);
    new AlertSettings(store, "agt_1").turn("notification", "session", true);
    expect(new AlertSettings(store, "agt_1").read()).toEqual({
      sound: { session: true, message: false },
      notification: { session: true, message: false },
    });
    expect(new AlertSettings(store, "agt_2").read()).toEqual(DEFAULT_CHOICES);
  });

  it("survive what is spoilt or from another version", () => {
    for (const text of ["", "{", "7", '{"sound":true}', '{"sound":{"session":"no"},"notification":null}']) {
      const store = memoryStore(new Map([["frontdesk.alerts.agt_1", text]]));
      expect(new AlertSettings(store, "agt_1").read(), text).toEqual(DEFAULT_CHOICES);
    }
  });
});
