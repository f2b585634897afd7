/** Short sounds, made rather than loaded. */
import type { NewsKind } from "./news";

/** A session is two rising notes, a message is one; in Hz. */
const NOTES: Readonly<Record<NewsKind, readonly number[]>> = { session: [587, 880], message: [784] };
/** From one note to the next, in seconds. */
const STEP = 0.14;
/** How long a note takes to die away, in seconds. */
const LENGTH = 0.4;
/** How long it takes a note to begin without a click, in seconds. */
const ATTACK = 0.01;
/** Loudest and quietest, as a part of full volume; a note cannot fade to nothing exponentially. */
const LOUD = 0.16;
const QUIET = 0.0001;
/** News that come closer together than this are one sound, in milliseconds. */
const GAP_MS = 1_000;
/** Sounds that would begin later than this are left out, in milliseconds. */
const LATE_MS = 3_000;

/** Makes the sounds of one page. Silent until somebody has touched the page: browsers want it so. */
export class Chime {
  #context: AudioContext | undefined;
  #playedAt = -Infinity;

  /** Somebody touched the page. */
  unlock(): void {
    if (this.#context === undefined && "AudioContext" in window) this.#context = new AudioContext();
  }

  /** Plays the sound of this news, unless one has just been played. */
  async play(kind: NewsKind): Promise<void> {
    const context = this.#context;
    const asked = performance.now();
    if (context === undefined || asked - this.#playedAt < GAP_MS) return;
    this.#playedAt = asked;
    await context.resume().catch(() => undefined);
    // Where the browser held it back until the next touch, it would tell of something long past.
    const isLate = performance.now() - asked >= LATE_MS;
    if (context.state === "running" && !isLate) ring(context, NOTES[kind]);
  }

  /** No sound from here on. */
  stop(): void {
    void this.#context?.close();
    this.#context = undefined;
  }
}

function ring(context: AudioContext, notes: readonly number[]): void {
  const begin = context.currentTime;
  const sources = notes.map((frequency, index) => note(context, frequency, begin + index * STEP));
  // A running context keeps the sound device, and with it a laptop, awake.
  sources.at(-1)?.addEventListener("ended", () => {
    if (context.state === "running") void context.suspend();
  });
}

function note(context: AudioContext, frequency: number, at: number): OscillatorNode {
  const volume = context.createGain();
  volume.gain.setValueAtTime(QUIET, at);
  volume.gain.exponentialRampToValueAtTime(LOUD, at + ATTACK);
  volume.gain.exponentialRampToValueAtTime(QUIET, at + LENGTH);
  volume.connect(context.destination);
  const source = context.createOscillator();
  source.frequency.value = frequency;
  source.connect(volume);
  source.start(at);
  source.stop(at + LENGTH);
  return source;
}
