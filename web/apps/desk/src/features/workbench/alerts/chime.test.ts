import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Chime } from "./chime";
import { stubAudio, type HeardNotes } from "./testing/fake-audio";

describe("WORK-04: the sound", () => {
  let heard: HeardNotes;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    heard = stubAudio();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("waits for the first touch of the page", async () => {
    const chime = new Chime();
    await chime.play("message");
    expect(heard.contexts).toEqual([]);
    chime.unlock();
    await chime.play("message");
    expect(heard.notes).toHaveLength(1);
  });

  it("tells a session from a message, and frees the sound device after it", async () => {
    const chime = new Chime();
    chime.unlock();
    await chime.play("session");
    expect(heard.notes).toHaveLength(2);
    heard.contexts[0]?.ended.forEach((ended) => ended());
    expect(heard.contexts[0]?.state).toBe("suspended");
    vi.advanceTimersByTime(1_000);
    await chime.play("message");
    expect(heard.notes).toHaveLength(3);
    expect(heard.contexts).toHaveLength(1);
  });

  it("is one for all that comes within a second", async () => {
    const chime = new Chime();
    chime.unlock();
    await chime.play("session");
    vi.advanceTimersByTime(999);
    await chime.play("message");
    expect(heard.notes).toHaveLength(2);
  });

  it("is not made up for later when the browser holds it back", async () => {
    const chime = new Chime();
    chime.unlock();
    const context = heard.contexts[0]!;
    context.mayResume = false;
    await context.suspend();
    await chime.play("message");
    let allow = () => {};
    context.resume = () => new Promise((resolve) => (allow = resolve));
    vi.advanceTimersByTime(2_000);
    const playing = chime.play("message");
    vi.advanceTimersByTime(5_000);
    context.state = "running";
    allow();
    await playing;
    expect(heard.notes).toEqual([]);
  });

  it("ends with the sign-in", async () => {
    const chime = new Chime();
    chime.unlock();
    chime.stop();
    await chime.play("message");
    expect(heard.notes).toEqual([]);
    expect(heard.contexts[0]?.state).toBe("closed");
  });
});
