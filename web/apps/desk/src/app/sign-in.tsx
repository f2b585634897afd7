import { answerOf, createServer, type Server } from "@frontdesk/api-client/client";
import { isSignedOut, troubleOf } from "@frontdesk/api-client/problem";
import type { components } from "@frontdesk/api-client/schema";
import { ServerProvider } from "@frontdesk/ui/react/server";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";

export type Me = components["schemas"]["Me"];
export type KickReason = components["schemas"]["KickReason"];

/** Who uses this page. */
export type SignIn =
  | { readonly kind: "asking" }
  /** The server could not be asked. */
  | { readonly kind: "unknown"; readonly error: unknown }
  /** `reason`: why a sign-in that was here is over (C12). */
  | { readonly kind: "signed_out"; readonly reason?: KickReason }
  | { readonly kind: "signed_in"; readonly me: Me };

interface SignInState {
  signIn: SignIn;
  /** The server has let somebody in, or told something new about them. */
  know: (me: Me) => void;
  /** This sign-in is over; without a reason because the person asked for it. */
  over: (reason?: KickReason) => void;
  /** Asks the server again. */
  ask: () => void;
}

const SignInContext = createContext<SignInState | null>(null);

/** Knows who is signed in and hands the server's client to everything below. */
export function SignInProvider({ children }: { children: ReactNode }) {
  const [signIn, setSignIn] = useState<SignIn>({ kind: "asking" });
  const queries = useQueryClient();
  const csrfToken = useRef<string>(undefined);
  const know = useCallback((me: Me) => {
    csrfToken.current = me.csrf_token;
    setSignIn({ kind: "signed_in", me });
  }, []);
  const over = useCallback(
    (reason?: KickReason) => {
      csrfToken.current = undefined;
      // What the last person saw is nothing for the next.
      queries.clear();
      setSignIn((before) => (before.kind === "signed_in" ? signedOut(reason) : { kind: "signed_out" }));
    },
    [queries],
  );
  const [server] = useState(() => serverFor(() => csrfToken.current, over));

  const ask = useCallback(() => {
    setSignIn({ kind: "asking" });
    answerOf(server.GET("/api/v1/me")).then(know, (error: unknown) =>
      setSignIn(isSignedOut(troubleOf(error)) ? { kind: "signed_out" } : { kind: "unknown", error }),
    );
  }, [server, know]);
  useEffect(ask, [ask]);

  const state = useMemo(() => ({ signIn, know, over, ask }), [signIn, know, over, ask]);
  return (
    <SignInContext value={state}>
      <ServerProvider server={server}>{children}</ServerProvider>
    </SignInContext>
  );
}

/** Who uses this page, and how that changes. */
export function useSignIn(): SignInState {
  const state = useContext(SignInContext);
  if (state === null) throw new Error("useSignIn needs a SignInProvider above it");
  return state;
}

function signedOut(reason: KickReason | undefined): SignIn {
  return reason === undefined ? { kind: "signed_out" } : { kind: "signed_out", reason };
}

function serverFor(csrfToken: () => string | undefined, over: (reason: KickReason) => void): Server {
  return createServer({
    origin: window.location.origin,
    csrfToken,
    language: () => document.documentElement.lang,
    onSignedOut: ({ code }) => {
      // Before anybody is signed in this is the expected answer, not an end.
      if (csrfToken() !== undefined) over(code === "signed_in_elsewhere" ? "replaced" : "expired");
    },
  });
}
