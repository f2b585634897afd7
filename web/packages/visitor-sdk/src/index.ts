/** What a page may use of the SDK. */
export { TroubleError } from "./trouble";
export { browserEnvironment, type Environment } from "./environment";
export { openVisitorClient, VisitorClient, type ClientOptions } from "./client";
export type { Conversation } from "./conversation";
export type { ClientState, Link, Pending, PendingContent } from "./state";
export type { About, Attachment, PublicChannel, SignedIdentity, Trouble, VisitorEntry, VisitorSession } from "./types";
