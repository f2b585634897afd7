/** The same conversation without a socket, for bad networks: the routes of the live protocol's HTTP side. */
import { answerOf, type Server } from "@frontdesk/api-client/client";

import type { Entries, Posted, PostMessage, WorkbenchSnapshot } from "./types";

/** Which lines of a session are wanted; the newest when neither number is given. */
export interface EntryRange {
  after_seq?: number;
  before_seq?: number;
  limit?: number;
}

/** What the live desk asks by HTTP. Every call fails with a `ProblemError`. */
export interface DeskHttp {
  workbench(): Promise<WorkbenchSnapshot>;
  entries(sessionId: string, range: EntryRange): Promise<Entries>;
  post(sessionId: string, message: PostMessage): Promise<Posted>;
  read(sessionId: string, seq: number): Promise<void>;
}

/** The real server. */
export function deskHttp(server: Server): DeskHttp {
  return {
    workbench: () => answerOf(server.GET("/api/v1/workbench")),
    entries: (id, query) => answerOf(server.GET("/api/v1/sessions/{id}/entries", { params: { path: { id }, query } })),
    post: (id, body) => answerOf(server.POST("/api/v1/sessions/{id}/messages", { params: { path: { id } }, body })),
    read: async (id, seq) => {
      await server.POST("/api/v1/sessions/{id}/read", { params: { path: { id } }, body: { seq } });
    },
  };
}
