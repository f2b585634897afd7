/** Things of a live desk as the server tells them, for tests. */
import type { Entry, Me, SessionSummary } from "../types";

/** The moment at which tests begin, in milliseconds since 1970. */
export const START = Date.UTC(2026, 10, 3, 9, 0);

export function sampleMe(change: Partial<Me> = {}): Me {
  return {
    id: "agt_1",
    tenant: { id: "ten_1", name: "Demo" },
    name: "Ann Lee",
    nickname: "Ann",
    staff_no: "1001",
    email: "ann@example.com",
    role: "agent",
    permissions: ["workbench"],
    status: "free",
    shown_status: "free",
    load: 1,
    limit: 10,
    own_limit: 10,
    skill_groups: [{ id: "grp_1", name: "Sales" }],
    must_change_password: false,
    today: { taken: 3, ended: 2, online_ms: 3_600_000, ends_at: START + 36_000_000 },
    csrf_token: "csrf",
    ...change,
  };
}

export function sampleSummary(id: string, change: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id,
    stage: "active",
    visitor: {
      id: `vis_${id}`,
      nickname: `Visitor ${id}`,
      online: true,
      language: "en",
      user_agent: "Mozilla/5.0",
      first_seen_at: START,
      custom_data: {},
    },
    source: "Website@web",
    skill_group: { id: "grp_1", name: "Sales" },
    started_at: START,
    assigned_at: START,
    last_seq: 1,
    unread: 0,
    agent_read: 0,
    visitor_read: 0,
    ...change,
  };
}

/** Line `seq` of a session: the visitor says "line seq" unless told otherwise. */
export function sampleEntry(sessionId: string, seq: number, change: Partial<Entry> = {}): Entry {
  return {
    session_id: sessionId,
    seq,
    prev: seq - 1,
    id: `ent_${sessionId}_${seq}`,
    at: START + seq * 1000,
    author: { type: "visitor" },
    body: { kind: "message", content: { type: "text", text: `line ${seq}` } },
    ...change,
  };
}

/** Lines `from` to `to` of a session. */
export function sampleEntries(sessionId: string, from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sampleEntry(sessionId, from + index));
}
