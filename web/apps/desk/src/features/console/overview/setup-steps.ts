import type { Agent, Channel, Flow, SkillGroup } from "../shared/wire";

/** What the lists hold, as far as the guide needs to know. */
export interface SetupFacts {
  agents: readonly Pick<Agent, "id">[];
  skillGroups: readonly Pick<SkillGroup, "member_count">[];
  flows: readonly Pick<Flow, "id">[];
  channels: readonly Pick<Channel, "id">[];
}

/** The four steps of the set-up guide in their order (ADM-01). */
export const SETUP_STEPS = ["agents", "groups", "flow", "channel"] as const;

export type SetupStep = (typeof SETUP_STEPS)[number];

/** Which steps are done. Who answers alone needs no second agent, but must be in a group. */
export function doneSteps({ agents, skillGroups, flows, channels }: SetupFacts): ReadonlySet<SetupStep> {
  const hasMembers = skillGroups.some((group) => group.member_count > 0);
  const done: Record<SetupStep, boolean> = {
    agents: agents.length > 1 || hasMembers,
    groups: hasMembers,
    flow: flows.length > 0,
    channel: channels.length > 0,
  };
  return new Set(SETUP_STEPS.filter((step) => done[step]));
}
