import { vi } from "vitest";

/** Notes that were played, in Hz, in order. */
export interface HeardNotes {
  notes: number[];
  contexts: FakeAudioContext[];
}

class FakeAudioContext {
  state: AudioContextState = "running";
  /** Whether the browser lets the page make sounds. */
  mayResume = true;
  readonly currentTime = 0;
  readonly destination = {};
  readonly ended: (() => void)[] = [];

  constructor(private readonly heard: HeardNotes) {
    heard.contexts.push(this);
  }

  resume(): Promise<void> {
    if (this.mayResume) this.state = "running";
    return Promise.resolve();
  }

  suspend(): Promise<void> {
    this.state = "suspended";
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.state = "closed";
    return Promise.resolve();
  }

  createGain() {
    const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
    return { gain, connect: () => undefined };
  }

  createOscillator() {
    const frequency = { value: 0 };
    return {
      frequency,
      connect: () => undefined,
      start: () => this.heard.notes.push(frequency.value),
      stop: () => undefined,
      addEventListener: (_type: "ended", listener: () => void) => this.ended.push(listener),
    };
  }
}

/** Puts a fake `AudioContext` into the browser; `vi.unstubAllGlobals` takes it out. */
export function stubAudio(): HeardNotes {
  const heard: HeardNotes = { notes: [], contexts: [] };
  vi.stubGlobal(
    "AudioContext",
    class extends FakeAudioContext {
      constructor() {
        super(heard);
      }
    },
  );
  return heard;
}
