/** The wire types of the agent's side, named as in `openapi.json`. */
import type { components } from "@frontdesk/api-client/schema";

type Schemas = components["schemas"];

export type AgentClientFrame = Schemas["AgentClientFrame"];
export type AgentServerFrame = Schemas["AgentServerFrame"];
export type Attachment = Schemas["Attachment"];
export type Entries = Schemas["Entries"];
export type Entry = Schemas["Entry"];
export type KickReason = Schemas["KickReason"];
export type Me = Schemas["Me"];
export type NewContent = Schemas["NewContent"];
export type Posted = Schemas["Posted"];
export type PostMessage = Schemas["PostMessage"];
export type QueueCount = Schemas["QueueCount"];
export type SessionSummary = Schemas["SessionSummary"];
/** What `GET /workbench` answers: the `welcome` frame by HTTP. */
export type WorkbenchSnapshot = Schemas["Workbench"];
