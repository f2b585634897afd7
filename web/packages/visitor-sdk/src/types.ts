/** The wire types that a visitor's page deals with, named as in `openapi.json`. */
import type { components } from "@frontdesk/api-client/schema";

type Schemas = components["schemas"];

export type Attachment = Schemas["Attachment"];
export type GiveRating = Schemas["GiveRating"];
export type NewContent = Schemas["NewContent"];
export type Posted = Schemas["Posted"];
export type Problem = Schemas["Problem"];
export type ProblemCode = Schemas["ProblemCode"];
export type NotedLine = Schemas["NotedLine"];
export type PublicChannel = Schemas["PublicChannel"];
export type SignedIdentity = Schemas["SignedIdentity"];
export type About = Pick<Schemas["TokenRequest"], "nickname" | "avatar" | "custom_data">;
export type Token = Schemas["Token"];
export type TokenRequest = Schemas["TokenRequest"];
export type VisitorClientFrame = Schemas["VisitorClientFrame"];
export type VisitorConversation = Schemas["VisitorConversation"];
export type VisitorEntry = Schemas["VisitorEntry"];
export type VisitorHistory = Schemas["VisitorHistory"];
export type VisitorServerFrame = Schemas["VisitorServerFrame"];
export type VisitorSession = Schemas["VisitorSession"];

/** Languages of the page, as the server knows them. */
export type Language = "zh-CN" | "en";

/** Why something was not done: the server's reason, or that no server answered. */
export type Trouble =
  | Problem
  | {
      readonly code: "offline" | "timeout";
      readonly class: "retry";
      readonly message: string;
      readonly retry_after?: number;
    };
