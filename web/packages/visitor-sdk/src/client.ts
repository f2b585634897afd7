/**
 * A visitor's side of a conversation without any user interface (SDK-08): connects, resumes, keeps what was
 * written until it is acknowledged, and tells its listeners when something changed.
 */
import type { WakeReason } from "@frontdesk/connection/connection";

import { VisitorApi } from "./api";
import { TroubleError } from "./trouble";
import { browserEnvironment, type Environment } from "./environment";
import { Exchange } from "./exchange";
import { identityKey, obtainIdentity, readIdentity, rememberedIdentity, type Identity } from "./identity";
import { channelKey, draftKey, forgetOthers, NEWCOMER, scopeOf } from "./local";
import { Orphans } from "./orphans";
import { Outbox } from "./outbox";
import { claimPage, type PageClaim } from "./page";
import { Persistent } from "./persistent";
import { Sender } from "./sender";
import { initialState, pendingOf, type ClientState } from "./state";
import type { About, Attachment, Language, PublicChannel, SignedIdentity, Token, Trouble } from "./types";
import { Uploads, type Upload } from "./uploads";

/** A token that is refused again so soon after it was renewed is not renewed at once. */
const RENEW_EVERY_MS = 30_000;

/** How a page begins. */
export interface ClientOptions {
  /** What stands in the address after `/chat/`. */
  readonly channel: string;
  /** The language of the page now. */
  readonly language: () => Language;
  /** What the host page tells about the visitor. */
  readonly about?: About;
  /** The desk does not take what the host page tells: the host's mistake, not the visitor's. */
  readonly aboutRefused?: (trouble: Trouble) => void;
  /** Who the host page says this is (SEC-03). */
  readonly identity?: SignedIdentity;
}

/** Opens a conversation in this page and starts it. */
export async function openVisitorClient(
  options: ClientOptions,
  env: Environment = browserEnvironment(),
): Promise<VisitorClient> {
  const client = new VisitorClient(options, env, await claimPage(env));
  client.start();
  return client;
}

/** One page of one visitor. Made by [openVisitorClient]. */
export class VisitorClient {
  #state: ClientState;
  #identity: Identity | null;
  #renewed_at = 0;
  #about: About;
  #cleanUp: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #api: VisitorApi;
  readonly #outbox: Outbox;
  readonly #orphans: Orphans;
  readonly #sender: Sender;
  readonly #uploads: Uploads;
  readonly #exchange: Exchange;
  readonly #channelCall: Persistent<PublicChannel>;
  readonly #identityCall: Persistent<Identity>;
  readonly #aboutCall: Persistent<Token>;

  constructor(
    private readonly options: ClientOptions,
    private readonly env: Environment,
    private readonly page: PageClaim,
  ) {
    this.#identity = rememberedIdentity(env, options.channel, options.identity?.user_id);
    this.#about = options.about ?? {};
    this.#state = initialState(this.#rememberedChannel(), env.storage.isPersistent);
    this.#api = new VisitorApi(env, options.channel, options.language);
    this.#outbox = new Outbox(env.storage, this.#scope(), page.name);
    this.#orphans = new Orphans(env, this.#outbox, () => this.#pump());
    this.#exchange = this.#makeExchange();
    this.#sender = this.#makeSender();
    this.#uploads = new Uploads(this.#api, {
      uploaded: (upload, attachment) => this.#uploaded(upload, attachment),
      changed: () => this.#changed(),
      random: () => env.random(),
    });
    this.#channelCall = new Persistent(env, {
      call: () => this.#api.channel(),
      done: (channel) => this.#channelKnown(channel),
      failed: (trouble, retry_at) => this.#startFailed(trouble, retry_at),
    });
    this.#identityCall = new Persistent(env, {
      call: () => this.#askIdentity(),
      done: (identity) => this.#use(identity),
      failed: (trouble, retry_at) => this.#startFailed(trouble, retry_at),
    });
    this.#aboutCall = new Persistent(env, {
      call: () => this.#tellAbout(),
      done: () => undefined,
      failed: (trouble, retry_at) => {
        if (retry_at === null) options.aboutRefused?.(trouble);
      },
    });
  }

  /** What to show now; a new value after each change. */
  get state(): ClientState {
    return this.#state;
  }

  /** Calls back after each change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins; what comes of it is told to the listeners. */
  start(): void {
    this.#cleanUp = [
      this.env.onWake((reason) => this.#wake(reason)),
      this.env.onStorageChange((key) => this.#storageChanged(key)),
    ];
    this.#channelCall.start();
    this.#orphans.start();
    // A signed identity is shown to the server each time; a browser that it knows need not ask who it is.
    if (this.#identity !== null && this.options.identity === undefined) this.#use(this.#identity);
    else this.#identityCall.start();
    this.#changed();
  }

  /** Ends everything; unsent messages stay in storage. */
  stop(): void {
    for (const cleanUp of this.#cleanUp) cleanUp();
    for (const part of [
      this.#channelCall,
      this.#identityCall,
      this.#aboutCall,
      this.#orphans,
      this.#sender,
      this.#uploads,
      this.#exchange,
    ])
      part.stop();
    this.page.release();
  }

  /** Tells the desk about the visitor, in place of what was told before. The talk goes on meanwhile. */
  describe(about: About): void {
    this.#about = about;
    if (this.#identity !== null) this.#aboutCall.start();
  }

  /** Says something; kept until the server has it. */
  sendText(text: string): void {
    this.#outbox.add({ client_id: this.env.newKey(), content: { type: "text", text } }, this.env.now());
    this.#pump();
  }

  /** Uploads a file and says it, as a picture if the server finds that it is one. */
  sendFile(file: File): void {
    const last = this.#state.pending.at(-1)?.order ?? 0;
    this.#uploads.add(this.env.newKey(), file, Math.max(this.env.now(), last + 1));
  }

  /** Sends a failed message again. */
  retry(key: string): void {
    if (this.#outbox.find(key) === undefined) this.#uploads.retry(key);
    else this.#sender.retry(key);
  }

  /** Throws a message away that has not gone out. */
  discard(key: string): void {
    this.#outbox.remove(key);
    this.#uploads.remove(key);
  }

  /** Everything up to this line was on a visible screen. */
  markRead(seq: number): void {
    this.#exchange.signals.markRead(seq);
  }

  /** A key was pressed. */
  typing(): void {
    this.#exchange.signals.typing();
  }

  /** Ends the session. */
  end(): void {
    this.#exchange.signals.end();
    this.#changed();
  }

  /** Rates a session, open or over (RATE-02). Fails with a `TroubleError`; the answer comes as a line, too. */
  async rate(session_id: string, level_id: string, comment: string): Promise<void> {
    const said = comment.trim() === "" ? {} : { comment };
    await this.#api.rate({ client_id: this.env.newKey(), session_id, level_id, ...said });
  }

  /** Somebody pressed "try now". */
  tryNow(): void {
    this.#wake("network");
  }

  dismissNotice(): void {
    this.#set({ notice: null });
  }

  /** Loads older lines before those shown. */
  async loadEarlier(): Promise<void> {
    if (this.#state.is_loading_earlier) return;
    this.#set({ is_loading_earlier: true });
    try {
      await this.#exchange.loadEarlier();
    } catch (error) {
      if (!(error instanceof TroubleError)) throw error;
      this.#set({ notice: error.trouble });
    } finally {
      this.#set({ is_loading_earlier: false });
    }
  }

  /** The bytes of an attachment of this visitor's conversation. Fails with a `TroubleError`. */
  attachment(id: string, variant: "whole" | "thumbnail"): Promise<Blob> {
    return this.#api.attachment(id, variant);
  }

  /** What stood in the input when it was last kept. */
  get draft(): string {
    return this.env.storage.get(draftKey(this.#scope())) ?? "";
  }

  /** Keeps the input over a reload. */
  set draft(text: string) {
    if (text === "") this.env.storage.remove(draftKey(this.#scope()));
    else this.env.storage.set(draftKey(this.#scope()), text);
  }

  #makeExchange(): Exchange {
    return new Exchange(this.env, this.#api, {
      channel: this.options.channel,
      language: this.options.language,
      changed: () => this.#changed(),
      reachable: () => this.#pump(),
      socketLost: () => this.#sender.socketLost(),
      acknowledged: (posted) => this.#sender.acknowledged(posted),
      shown: (client_id) => this.#sender.shown(client_id),
      refused: (client_id, trouble) => this.#sender.refused(client_id, trouble),
      helloRefused: (trouble) => this.#helloRefused(trouble),
      endRefused: (notice) => this.#set({ notice }),
    });
  }

  #makeSender(): Sender {
    const exchange = () => this.#exchange;
    return new Sender(this.#outbox, {
      now: () => this.env.now(),
      newKey: () => this.env.newKey(),
      sendBySocket: (client_id, content) => exchange().postBySocket(client_id, content),
      get sendByHttp() {
        return exchange().postByHttp;
      },
      noAnswer: () => exchange().reconnect(),
      notSignedIn: () => this.#renewIdentity(),
      changed: () => this.#changed(),
    });
  }

  #askIdentity(): Promise<Identity> {
    const { channel, language, identity } = this.options;
    return obtainIdentity(this.env, this.#api, {
      channelKey: channel,
      language: language(),
      signed: identity,
    });
  }

  #tellAbout(): Promise<Token> {
    const token = this.#identity === null ? {} : { token: this.#identity.token };
    return this.#api.requestToken({ ...this.#about, ...token, language: this.options.language() });
  }

  /** Goes on as this visitor. What was written before the server gave us a name goes out under it. */
  #use(identity: Identity): void {
    const isOther = this.#identity?.visitor_id !== identity.visitor_id;
    const { draft } = this;
    this.#identity = identity;
    this.#api.token = identity.token;
    if (isOther) {
      this.#exchange.reset();
      this.#outbox.moveTo(this.#scope());
      this.draft = draft;
    }
    forgetOthers(this.env.storage, this.options.channel, identity.visitor_id);
    this.#orphans.look();
    this.#exchange.start();
    if (Object.keys(this.#about).length > 0) this.#aboutCall.start();
    this.#set({ phase: this.#exchange.isWelcomed ? "ready" : "starting", trouble: null, start_failure: null });
    this.#pump();
  }

  #helloRefused(trouble: Trouble): void {
    if (trouble.code === "not_signed_in") this.#renewIdentity();
    else if (trouble.class === "retry") this.#exchange.reconnect((trouble.retry_after ?? 0) * 1000);
    else this.#startFailed(trouble, null);
  }

  /** The server does not know our token any more: it makes a new visitor of us. */
  #renewIdentity(): void {
    const pause = this.#renewed_at + RENEW_EVERY_MS - this.env.now();
    if (pause > 0) return this.#exchange.reconnect(pause);
    this.#renewed_at = this.env.now();
    this.#exchange.stop();
    this.#identityCall.start();
  }

  #channelKnown(channel: PublicChannel): void {
    this.env.storage.set(channelKey(this.options.channel), JSON.stringify(channel));
    this.#set({ channel });
  }

  #startFailed(trouble: Trouble, retry_at: number | null): void {
    if (retry_at !== null) {
      const since = this.#state.start_failure?.since ?? this.env.now();
      this.#set({ trouble, start_failure: { since, retry_at } });
      return this.#changed();
    }
    this.stop();
    this.#set({ phase: "refused", trouble });
  }

  #uploaded(upload: Upload, attachment: Attachment): void {
    // Only what the server found to be a picture of a kind that browsers show has a width.
    const type = attachment.width === undefined || attachment.width === null ? "file" : "image";
    this.#outbox.add(
      { client_id: upload.key, content: { type, attachment_id: attachment.id }, attachment },
      upload.order,
    );
    this.#pump();
  }

  #wake(reason: WakeReason): void {
    this.#channelCall.wake();
    this.#identityCall.wake();
    this.#aboutCall.wake();
    this.#exchange.wake(reason);
    this.#pump();
  }

  #pump(): void {
    this.#sender.pump();
    this.#uploads.pump();
    this.#changed();
  }

  /** Another page of this browser wrote something. */
  #storageChanged(key: string | null): void {
    if (key === null || key === identityKey(this.options.channel)) this.#identityChanged();
    if (!this.#outbox.concerns(key)) return;
    this.#orphans.look();
    if (this.#outbox.dropVanished()) this.#changed();
  }

  #identityChanged(): void {
    const identity = readIdentity(this.env, this.options.channel);
    if (identity === null || this.#identity === null || identity.visitor_id === this.#identity.visitor_id) return;
    // The page that renewed a lost token speaks for us, too; another account has nothing to do with us (U25).
    if (identity.user_id === this.options.identity?.user_id) return this.#use(identity);
    this.#exchange.reset();
    this.#startFailed({ code: "identity_invalid", class: "fatal", message: "", request_id: "" }, null);
  }

  #scope(): string {
    return scopeOf(this.options.channel, this.#identity?.visitor_id ?? NEWCOMER);
  }

  #rememberedChannel(): PublicChannel | null {
    const kept = this.env.storage.get(channelKey(this.options.channel));
    return kept === null ? null : (JSON.parse(kept) as PublicChannel);
  }

  #changed(): void {
    const { conversation, link, isAgentTyping, isWelcomed, signals } = this.#exchange;
    const { phase, start_failure } = this.#state;
    this.#set({
      conversation,
      link: link.kind === "connecting" && start_failure !== null ? { kind: "offline", ...start_failure } : link,
      pending: pendingOf(this.#outbox, this.#sender, this.#uploads),
      is_agent_typing: isAgentTyping,
      is_ending: signals.isEnding,
      ...(isWelcomed && phase === "starting" ? { phase: "ready", trouble: null } : {}),
    });
  }

  #set(change: Partial<ClientState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
