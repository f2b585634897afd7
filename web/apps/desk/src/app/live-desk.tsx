import { answerOf } from "@frontdesk/api-client/client";
import { upload } from "@frontdesk/api-client/upload";
import { deskHttp } from "@frontdesk/live/desk-http";
import { browserEnvironment, type Environment } from "@frontdesk/live/environment";
import { LiveDesk, type DeskState } from "@frontdesk/live/live-desk";
import { Uploads, type Upload } from "@frontdesk/live/uploads";
import { useServer } from "@frontdesk/ui/react/server";
import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";

import { Drafts } from "./drafts";
import { useSignIn, type Me } from "./sign-in";

interface Live {
  desk: LiveDesk;
  uploads: Uploads;
  drafts: Drafts;
}

const LiveContext = createContext<Live | null>(null);

/** Types that a browser shows inside a page; anything else is sent as a file. */
const INLINE_IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Connects the signed-in agent's page with the desk, for as long as they are signed in. */
export function LiveDeskProvider({ me, children }: { me: Me; children: ReactNode }) {
  const server = useServer();
  const { know, over } = useSignIn();
  const token = useRef(me.csrf_token);
  const [live] = useState(() => connect(browserEnvironment(window.location.origin), server, me, () => token.current));

  useEffect(() => {
    token.current = me.csrf_token;
  }, [me.csrf_token]);

  useEffect(() => {
    live.desk.start();
    return () => {
      live.desk.stop();
      live.uploads.stop();
    };
  }, [live]);

  useEffect(() => {
    let known = live.desk.state().workbench.me;
    return live.desk.subscribe(() => {
      const { signedOut, workbench } = live.desk.state();
      if (signedOut !== undefined) over(signedOut);
      else if (workbench.me !== undefined && workbench.me !== known) know((known = workbench.me));
    });
  }, [live, know, over]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function connect(env: Environment, server: Parameters<typeof deskHttp>[0], me: Me, csrfToken: () => string): Live {
  const desk = new LiveDesk(env, deskHttp(server), me);
  const uploads = new Uploads({
    newKey: () => env.newKey(),
    send: (item, onProgress, signal) => send(item, csrfToken(), onProgress, signal),
    uploaded: (session_id, attachment) => {
      const type = INLINE_IMAGES.includes(attachment.media_type) ? "image" : "file";
      desk.post({ session_id, content: { type, attachment_id: attachment.id }, attachment });
    },
  });
  return { desk, uploads, drafts: new Drafts(env.storage, me.id) };
}

function send(item: Upload, csrfToken: string, onProgress: (part: number) => void, signal: AbortSignal) {
  return upload({
    url: `/api/v1/sessions/${encodeURIComponent(item.session_id)}/attachments`,
    file: item.file,
    key: item.id,
    headers: { "X-CSRF-Token": csrfToken, "Accept-Language": document.documentElement.lang },
    onProgress,
    signal,
  });
}

/** The live desk and what one can do with it. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive needs a LiveDeskProvider above it");
  return live;
}

/** What the page knows of the live desk. */
export function useDeskState(): DeskState {
  const { desk } = useLive();
  return useSyncExternalStore(desk.subscribe, desk.state);
}

/** Files under way to a session. */
export function useUploads(sessionId: string): readonly Upload[] {
  const { uploads } = useLive();
  const all = useSyncExternalStore(uploads.subscribe, uploads.items);
  return useMemo(() => all.filter((item) => item.session_id === sessionId), [all, sessionId]);
}

/** Things to do that answer with the own state. */
export function useMeCommands() {
  const server = useServer();
  const { desk, uploads, drafts } = useLive();
  const { over } = useSignIn();
  return useMemo(
    () => ({
      setStatus: (status: Me["status"]) =>
        desk.changeMe(() => answerOf(server.PUT("/api/v1/me/status", { body: { status } }))),
      setOwnLimit: (own_limit: number) =>
        desk.changeMe(() => answerOf(server.PUT("/api/v1/me/reception-limit", { body: { own_limit } }))),
      signOut: async () => {
        await server.POST("/api/v1/sign-out");
        desk.forget();
        uploads.stop();
        drafts.clear();
        over();
      },
    }),
    [server, desk, uploads, drafts, over],
  );
}
