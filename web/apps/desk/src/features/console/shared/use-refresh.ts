import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** The lists of the console as the query cache knows them. */
export type ListName =
  | "agents"
  | "skill-groups"
  | "members"
  | "channels"
  | "flows"
  | "flow-versions"
  | "bots"
  | "flow-secrets"
  | "rating-configs"
  | "mails";

/**
 * Runs a command and then reads again what it may have changed, also after a refusal: what was shown may be old.
 *
 * @returns a function that passes the command's answer on.
 */
export function useRefresh(...lists: ListName[]): <Answer>(command: Promise<Answer>) => Promise<Answer> {
  const queries = useQueryClient();
  const names = lists.join(" ");
  return useCallback(
    async (command) => {
      try {
        return await command;
      } finally {
        for (const name of names.split(" ")) void queries.invalidateQueries({ queryKey: [name] });
      }
    },
    [names, queries],
  );
}
