/** The console's words for the server's types; they are generated, never written by hand. */
import type { components } from "@frontdesk/api-client/schema";

type Schemas = components["schemas"];

export type Agent = Schemas["Agent"];
export type AgentChange = Schemas["AgentChange"];
export type Bot = Schemas["Bot"];
export type BotReply = Schemas["BotReply"];
export type Channel = Schemas["Channel"];
export type ChannelChange = Schemas["ChannelChange"];
export type CreatedAgent = Schemas["CreatedAgent"];
export type Faq = Schemas["Faq"];
export type FieldChange = Schemas["FieldChange"];
export type Flow = Schemas["Flow"];
export type FlowChange = Schemas["FlowChange"];
export type FlowConnection = Schemas["Connection"];
export type FlowDiff = Schemas["FlowDiff"];
export type FlowDocument = Schemas["Document"];
export type FlowDraft = Schemas["FlowDraft"];
export type FlowFallback = Schemas["Fallback"];
export type FlowFault = Schemas["Fault"];
export type FlowNode = Schemas["Node"];
export type FlowSecret = Schemas["FlowSecret"];
export type FlowSettings = Schemas["FlowSettings"];
export type FlowVersion = Schemas["FlowVersion"];
export type Mail = Schemas["Mail"];
export type MailState = Schemas["MailState"];
export type Member = Schemas["Member"];
export type NewAgent = Schemas["NewAgent"];
export type NewChannel = Schemas["NewChannel"];
export type NewFlow = Schemas["NewFlow"];
export type NewFlowSecret = Schemas["NewFlowSecret"];
export type NewSkillGroup = Schemas["NewSkillGroup"];
export type PasswordMail = Schemas["PasswordMail"];
export type ProblemDetails = Schemas["ProblemDetails"];
export type RatingConfig = Schemas["RatingConfig"];
export type ReceptionSettings = Schemas["ReceptionSettings"];
export type Role = Schemas["Role"];
export type ShownStatus = Schemas["ShownStatus"];
export type ServiceHours = Schemas["ServiceHours"];
export type SkillGroup = Schemas["SkillGroup"];
export type SkillGroupChange = Schemas["SkillGroupChange"];
export type StoredRatingConfig = Schemas["StoredRatingConfig"];
export type TimeSlot = Schemas["TimeSlot"];
export type Weekday = Schemas["Weekday"];

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}
