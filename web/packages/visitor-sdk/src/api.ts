/** The visitor's side of the HTTP API. */
import type { paths } from "@frontdesk/api-client/schema";
import type { LastSeen } from "./conversation";
import type { Environment } from "./environment";
import type {
  Attachment,
  GiveRating,
  Language,
  NewContent,
  NotedLine,
  Posted,
  PublicChannel,
  Token,
  TokenRequest,
  VisitorConversation,
  VisitorHistory,
} from "./types";
import { noAnswer, problemOf, TroubleError } from "./trouble";
import { upload } from "./upload";

const TIMEOUT_MS = 15_000;

interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

/** Typed calls with the visitor's token. */
export class VisitorApi {
  /** The secret of this browser; sent as a header, never in an address (T216). */
  token: string | null = null;

  constructor(
    private readonly env: Environment,
    private readonly channelKey: string,
    private readonly language: () => Language,
  ) {}

  channel(): Promise<PublicChannel> {
    return this.#json("GET", "/api/v1/visitor/channels/{key}", { path: { key: this.channelKey } });
  }

  requestToken(body: TokenRequest): Promise<Token> {
    return this.#json("POST", "/api/v1/visitor/channels/{key}/token", { path: { key: this.channelKey }, body });
  }

  /** The whole conversation, or only what came after a line. */
  conversation(last: LastSeen | null): Promise<VisitorConversation> {
    const { seq: after_seq, ...of } = last ?? {};
    const query = after_seq === undefined ? {} : { ...of, after_seq };
    return this.#json("GET", "/api/v1/visitor/conversation", { query });
  }

  /** Lines before this one, across sessions. */
  history(before: { session_id: string; seq: number }): Promise<VisitorHistory> {
    const query = { before_session_id: before.session_id, before_seq: before.seq };
    return this.#json("GET", "/api/v1/visitor/history", { query });
  }

  post(client_id: string, content: NewContent): Promise<Posted> {
    return this.#json("POST", "/api/v1/visitor/messages", { body: { client_id, content } });
  }

  async read(seq: number): Promise<void> {
    await this.#call("POST", "/api/v1/visitor/read", { body: { seq } });
  }

  async end(client_id: string): Promise<void> {
    await this.#call("POST", "/api/v1/visitor/end", { body: { client_id } });
  }

  rate(body: GiveRating): Promise<NotedLine> {
    return this.#json("POST", "/api/v1/visitor/ratings", { body });
  }

  /** An attachment's bytes, or those of its thumbnail. */
  async attachment(id: string, variant: "whole" | "thumbnail"): Promise<Blob> {
    const path =
      variant === "whole" ? "/api/v1/visitor/attachments/{id}" : "/api/v1/visitor/attachments/{id}/thumbnail";
    return (await this.#call("GET", path, { path: { id } })).blob();
  }

  /** Sends a file; the same `key` again gives the same attachment (C02). */
  upload(file: File, key: string, progress: (share: number) => void, signal: AbortSignal): Promise<Attachment> {
    const path: keyof paths = "/api/v1/visitor/attachments";
    const headers = { ...this.#headers(), "Idempotency-Key": key };
    return upload(this.env.newRequest(), this.env.origin + path, { file, headers, progress, signal });
  }

  async #json<Answer>(method: "GET" | "POST", path: keyof paths, call: Call): Promise<Answer> {
    return (await this.#call(method, path, call)).json() as Promise<Answer>;
  }

  async #call(
    method: "GET" | "POST",
    path: keyof paths,
    { path: names = {}, query = {}, body }: Call,
  ): Promise<Response> {
    const url = new URL(
      this.env.origin + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? "")),
    );
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const init: RequestInit = {
      method,
      headers: this.#headers(),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    if (body !== undefined) {
      init.headers = { ...this.#headers(), "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    const response = await this.env.fetch(url.href, init).catch((error: unknown) => {
      throw new TroubleError(noAnswer(error));
    });
    if (response.ok) return response;
    throw new TroubleError(problemOf(response.status, await response.text().catch(() => "")));
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = { "Accept-Language": this.language() };
    if (this.token !== null) headers.Authorization = `Bearer ${this.token}`;
    return headers;
  }
}
