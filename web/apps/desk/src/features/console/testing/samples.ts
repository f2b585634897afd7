/** Things of a desk as the server tells them, for tests. */
import type { Agent, Channel, Flow, Mail, Member, SkillGroup, StoredRatingConfig } from "../shared/wire";

const CREATED_AT = Date.UTC(2026, 0, 5, 9, 30);

export function sampleAgent(change: Partial<Agent> = {}): Agent {
  return {
    id: "agt_1",
    staff_no: "1001",
    email: "ann@example.com",
    name: "Ann Lee",
    nickname: "Ann",
    role: "agent",
    status: "free",
    shown_status: "free",
    load: 2,
    own_limit: 10,
    is_forced_offline: false,
    must_change_password: false,
    skill_groups: [{ id: "grp_1", name: "Sales" }],
    created_at: CREATED_AT,
    ...change,
  };
}

export function sampleGroup(change: Partial<SkillGroup> = {}): SkillGroup {
  return {
    id: "grp_1",
    name: "Sales",
    kind: "online",
    reception_limit: 10,
    member_count: 1,
    waiting: 0,
    created_at: CREATED_AT,
    ...change,
  };
}

export function sampleMember(change: Partial<Member> = {}): Member {
  const { id, name, nickname, staff_no, email, shown_status } = sampleAgent();
  return { agent: { id, name, nickname, staff_no, email, shown_status }, priority: 3, ...change };
}

export function sampleChannel(change: Partial<Channel> = {}): Channel {
  return {
    id: "chn_1",
    kind: "web",
    key: "demo",
    title: "Website",
    colour: "#1677ff",
    flow: { id: "flw_1", name: "Welcome" },
    requires_identity: false,
    has_identity_secret: false,
    url_path: "/chat/demo",
    desk_url: "https://desk.example",
    launcher_side: "right",
    launcher_text: "",
    websites: ["https://shop.example"],
    created_at: CREATED_AT,
    ...change,
  };
}

export function sampleFlow(change: Partial<Flow> = {}): Flow {
  return {
    id: "flw_1",
    name: "Welcome",
    version: 3,
    settings: {
      skill_group_id: "grp_1",
      greeting: "Hello",
      waiting_text: "${WaitNo} ahead",
      accepted_text: "${StaffNickName} is here",
      unavailable_text: "Nobody is here",
      nobody_online: "wait",
      silence_seconds: 300,
      silence_text: "Good bye",
      agent_end_text: "Thank you",
    },
    channels: [],
    updated_at: CREATED_AT,
    edited_at: CREATED_AT,
    ...change,
  };
}

export function sampleRatingConfig(change: Partial<StoredRatingConfig> = {}): StoredRatingConfig {
  return {
    id: "rtg_1",
    config: {
      name: "Usual",
      levels: [
        { content: "Bad", value: 1 },
        { content: "Good", value: 5 },
      ],
      style: "stars",
      invitation: "How was it?",
      thanks: "",
      valid_hours: 24,
      starters: { at_end: true, agent: false, visitor: false },
      wants_comment: true,
    },
    channels: [],
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
    ...change,
  };
}

export function sampleMail(change: Partial<Mail> = {}): Mail {
  return {
    id: "out_1",
    to: "ann@example.com",
    subject: "Your account",
    body: "Your initial password: correct-horse",
    state: "kept",
    cause: "agent_created",
    created_at: CREATED_AT,
    ...change,
  };
}
