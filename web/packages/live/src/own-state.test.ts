import { describe, expect, it } from "vitest";

import { sampleMe } from "./testing/samples";
import { startDesk, welcome } from "./testing/start-desk";

describe("the own state", () => {
  it("ROUTE-03: is shown as the answer to one's change tells it", async () => {
    const { desk, env } = startDesk();
    welcome(env);
    await desk.changeMe(() => Promise.resolve(sampleMe({ status: "not_ready", shown_status: "not_ready" })));
    expect(desk.state().workbench.me?.status).toBe("not_ready");
  });

  it("ROUTE-04: stays busy when the frame of the first session overtakes the answer to going ready", async () => {
    const { desk, env } = startDesk();
    welcome(env);
    await desk.changeMe(() => {
      env.socket.say({ type: "me", me: sampleMe({ shown_status: "busy", load: 1, limit: 1 }) });
      return Promise.resolve(sampleMe({ shown_status: "free", load: 0, limit: 1 }));
    });
    expect(desk.state().workbench.me).toMatchObject({ shown_status: "busy", load: 1 });
  });
});
