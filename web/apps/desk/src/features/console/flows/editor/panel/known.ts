import { createContext } from "react";

import type { Choices } from "../../../shared/choices";

/** What a flow may name beside skill groups. */
export interface Known {
  readonly bots: Choices;
  readonly secrets: Choices;
}

const NONE: Choices = { options: [], isLoading: false };

export const KnownThings = createContext<Known>({ bots: NONE, secrets: NONE });
