import { describe, expect, it } from "vitest";

import { applyFrame } from "./apply-frame";
import { sampleEntry, sampleMe, sampleSummary, START } from "./testing/samples";
import type { AgentServerFrame, Entry, SessionSummary } from "./types";
import { EMPTY_WORKBENCH, resumePoint, type Workbench } from "./workbench";

/** A desk that changes by chance and can tell each change as a frame, or all of itself as a welcome. */
class Desk {
  cursor = 0;
  readonly sessions = new Map<string, SessionSummary>();
  readonly log = new Map<string, Entry[]>();
  waiting = 0;
  #born = 0;

  constructor(private readonly random: () => number) {}

  /** Something happens; answers the frames that tell of it. */
  step(): AgentServerFrame[] {
    const id = this.#anySession();
    const chance = this.random();
    if (id === undefined || chance < 0.1) return this.#arrive();
    if (chance < 0.6) return this.#speak(id);
    if (chance < 0.7) return this.#change(id, { stage: "ended", ended_at: START + this.cursor, ended_by: "agent" });
    if (chance < 0.75) return this.#putAway(id);
    if (chance < 0.85) return this.#readByVisitor(id);
    if (chance < 0.95) return this.#comeOrGo(id);
    this.waiting += 1;
    return [{ type: "queues", queues: this.#queues() }];
  }

  welcome(): AgentServerFrame {
    const sessions = [...this.sessions.values()];
    return {
      type: "welcome",
      cursor: this.cursor,
      generation: "life-1",
      me: sampleMe(),
      sessions,
      queues: this.#queues(),
      resumed: true,
    };
  }

  /** What follows a welcome: lines after the numbers that the page named, or the newest thirty. */
  missing(known: Record<string, number>): AgentServerFrame[] {
    return [...this.log]
      .filter(([id]) => this.sessions.has(id))
      .map(([session_id, log]) => {
        const after = known[session_id];
        return {
          type: "entries",
          session_id,
          entries: after === undefined ? log.slice(-30) : log.filter(({ seq }) => seq > after),
        };
      });
  }

  #queues() {
    return [{ skill_group_id: "grp_1", name: "Sales", waiting: this.waiting }];
  }

  #anySession(): string | undefined {
    const ids = [...this.sessions.keys()];
    return ids[Math.floor(this.random() * ids.length)];
  }

  #arrive(): AgentServerFrame[] {
    this.#born += 1;
    const id = `ses_${this.#born}`;
    this.log.set(id, [sampleEntry(id, 1)]);
    return [
      ...this.#change(id, { last_seq: 1, unread: 1 }),
      { type: "entries", session_id: id, entries: [sampleEntry(id, 1)] },
    ];
  }

  #speak(id: string): AgentServerFrame[] {
    const log = this.log.get(id) ?? [];
    const entry = sampleEntry(id, log.length + 1);
    log.push(entry);
    return [{ type: "entries", session_id: id, entries: [entry] }, ...this.#change(id, { last_seq: entry.seq })];
  }

  #putAway(id: string): AgentServerFrame[] {
    this.cursor += 1;
    this.sessions.delete(id);
    return [{ type: "removed", cursor: this.cursor, session_id: id }];
  }

  #readByVisitor(id: string): AgentServerFrame[] {
    const visitor_read = this.log.get(id)?.length ?? 0;
    this.sessions.set(id, { ...this.#summary(id), visitor_read });
    return [{ type: "read", session_id: id, visitor_read }];
  }

  #comeOrGo(id: string): AgentServerFrame[] {
    const summary = this.#summary(id);
    const online = !summary.visitor.online;
    this.sessions.set(id, { ...summary, visitor: { ...summary.visitor, online } });
    return [{ type: "visitor_online", session_id: id, online }];
  }

  #change(id: string, change: Partial<SessionSummary>): AgentServerFrame[] {
    this.cursor += 1;
    this.sessions.set(id, { ...this.#summary(id), ...change });
    return [{ type: "session", cursor: this.cursor, session: this.#summary(id) }];
  }

  #summary(id: string): SessionSummary {
    return this.sessions.get(id) ?? sampleSummary(id);
  }
}

const fold = (frames: AgentServerFrame[], from: Workbench) =>
  frames.reduce((workbench, frame) => applyFrame(workbench, frame, START), from);

/** The picture without how it came about. */
function picture({ cursor, me, queues, sessions }: Workbench) {
  const shown = [...sessions.values()].map(({ summary, entries }) => ({
    summary,
    seqs: entries.map(({ seq }) => seq),
  }));
  return { cursor, me, queues, sessions: shown.sort((one, other) => one.summary.id.localeCompare(other.summary.id)) };
}

/** Mulberry32: a run can be repeated by its seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("I24: snapshot and frames are a fresh snapshot", () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))("after each of 120 changes, run %i", (seed) => {
    const random = seeded(seed);
    const desk = new Desk(random);
    let page = fold([desk.welcome()], EMPTY_WORKBENCH);
    for (let change = 0; change < 120; change += 1) {
      page = fold(desk.step(), page);
      const fresh = fold([desk.welcome(), ...desk.missing({})], EMPTY_WORKBENCH);
      const shown = picture(page);
      // A fresh page knows the newest thirty lines; the older page may know more.
      for (const session of shown.sessions) session.seqs = session.seqs.slice(-30);
      expect(shown).toEqual(picture(fresh));
    }
  });

  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    "C04, U1: a page that was cut off at random catches up to the same, run %i",
    (seed) => {
      const random = seeded(1000 + seed);
      const desk = new Desk(random);
      let steady = fold([desk.welcome()], EMPTY_WORKBENCH);
      let cut = steady;
      for (let round = 0; round < 12; round += 1) {
        const isCut = random() < 0.5;
        for (let change = 0; change < 10; change += 1) {
          const frames = desk.step();
          steady = fold(frames, steady);
          // The cut comes anywhere, also between the frames of one change; some frames come twice.
          const heard = isCut ? frames.slice(0, Math.floor(random() * frames.length)) : [...frames, ...frames];
          if (!(isCut && change > 0)) cut = fold(heard, cut);
        }
        if (isCut) cut = fold([desk.welcome(), ...desk.missing(resumePoint(cut).sessions)], cut);
      }
      cut = fold([desk.welcome(), ...desk.missing(resumePoint(cut).sessions)], cut);
      expect(picture(cut)).toEqual(picture(steady));
    },
  );
});
