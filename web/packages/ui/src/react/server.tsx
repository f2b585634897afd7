import type { Server } from "@frontdesk/api-client/client";
import { createContext, useContext } from "react";
import type { ReactNode } from "react";

const ServerContext = createContext<Server | null>(null);

/** Hands the desk's API to everything below. */
export function ServerProvider({ server, children }: { server: Server; children: ReactNode }) {
  return <ServerContext value={server}>{children}</ServerContext>;
}

/** The desk's API, signed in as whoever uses this page. */
export function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === null) throw new Error("useServer needs a ServerProvider above it");
  return server;
}
