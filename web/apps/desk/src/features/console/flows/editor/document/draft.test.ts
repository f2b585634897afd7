import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { FlowDocument } from "../../../shared/wire";
import { Draft, type DraftState, type Saved } from "./draft";
import { emptyFlow } from "./samples";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const named = (time_zone: string): FlowDocument => ({ ...emptyFlow(), time_zone });

/** A draft whose server answers when the test says so. */
function open() {
  const calls: { document: FlowDocument; revision: number; answer: (saved: Saved | Error) => void }[] = [];
  const states: DraftState["kind"][] = [];
  const draft = new Draft(
    {
      save: (document, revision) =>
        new Promise((resolve, reject) => {
          calls.push({
            document,
            revision,
            answer: (saved) => (saved instanceof Error ? reject(saved) : resolve(saved)),
          });
        }),
      isConflict: (error) => error instanceof Error && error.message === "stale",
      changed: ({ kind }) => states.push(kind),
      saved: () => undefined,
    },
    named("UTC"),
    1,
  );
  const answer = async (saved: Saved | Error) => {
    calls.at(-1)?.answer(saved);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { draft, calls, states, answer };
}

const saved = (revision: number): Saved => ({ revision, faults: [] });

describe("FLOW-02, FLOW-13: a draft is saved as one goes", () => {
  it("a moment after the last change, once, with what it was made from", async () => {
    const { draft, calls, states, answer } = open();
    for (const zone of ["Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin"]) {
      draft.change(named(zone));
      await vi.advanceTimersByTimeAsync(300);
    }
    await vi.advanceTimersByTimeAsync(800);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ revision: 1, document: { time_zone: "Europe/Berlin" } });
    await answer(saved(2));
    expect(states).toEqual(["unsaved", "saving", "saved"]);
    expect(draft.revision).toBe(2);
  });

  it("what is changed during a call goes after it, on its revision", async () => {
    const { draft, calls, answer } = open();
    draft.change(named("Asia/Tokyo"));
    await vi.advanceTimersByTimeAsync(800);
    draft.change(named("Europe/Berlin"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toHaveLength(1);
    await answer(saved(2));
    expect(draft.state.kind).toBe("unsaved");
    await vi.advanceTimersByTimeAsync(800);
    expect(calls[1]).toMatchObject({ revision: 2, document: { time_zone: "Europe/Berlin" } });
  });

  it("a failed call is repeated until it is answered", async () => {
    const { draft, calls, answer } = open();
    draft.change(named("Asia/Tokyo"));
    await vi.advanceTimersByTimeAsync(800);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await answer(new Error("offline"));
      expect(draft.state.kind).toBe("failed");
      await vi.advanceTimersByTimeAsync(5_000);
      expect(calls).toHaveLength(attempt + 1);
    }
    await answer(saved(2));
    expect(draft.state.kind).toBe("saved");
  });

  it("what somebody else saved is never overwritten without being asked", async () => {
    const { draft, calls, answer } = open();
    draft.change(named("Asia/Tokyo"));
    await vi.advanceTimersByTimeAsync(800);
    await answer(new Error("stale"));
    expect(draft.state.kind).toBe("conflict");
    draft.change(named("Europe/Berlin"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    expect(await draft.flush()).toBe(false);
    draft.overwrite(7);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls[1]).toMatchObject({ revision: 7, document: { time_zone: "Europe/Berlin" } });
  });

  it("theirs can be taken instead", async () => {
    const { draft, calls, answer } = open();
    draft.change(named("Asia/Tokyo"));
    await vi.advanceTimersByTimeAsync(800);
    await answer(new Error("stale"));
    draft.take(named("America/Lima"), 7);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(draft.state.kind).toBe("saved");
    expect(calls).toHaveLength(1);
  });

  it("flush saves at once and says whether all is saved", async () => {
    const { draft, calls, answer } = open();
    expect(await draft.flush()).toBe(true);
    draft.change(named("Asia/Tokyo"));
    const flushed = draft.flush();
    expect(calls).toHaveLength(1);
    await answer(saved(2));
    expect(await flushed).toBe(true);
    draft.change(named("Europe/Berlin"));
    const failing = draft.flush();
    await answer(new Error("offline"));
    expect(await failing).toBe(false);
  });

  it("a page that was left saves nothing more", async () => {
    const { draft, calls } = open();
    draft.change(named("Asia/Tokyo"));
    draft.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(0);
  });
});
