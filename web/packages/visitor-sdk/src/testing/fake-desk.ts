/** A desk in memory that keeps the rules of the live protocol, and a network that can be as bad as wanted. */
import type { SocketLike } from "@frontdesk/connection/connection";
import type {
  NewContent,
  Posted,
  Problem,
  VisitorClientFrame,
  VisitorConversation,
  VisitorEntry,
  VisitorServerFrame,
  VisitorSession,
} from "../types";

interface Stored {
  readonly session: VisitorSession;
  readonly entries: readonly VisitorEntry[];
}

/** One socket as the desk sees it. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  isClosed = false;
  readonly received: VisitorClientFrame[] = [];

  constructor(private readonly desk: FakeDesk) {
    queueMicrotask(() => {
      if (desk.refusesSockets) this.cut();
      else if (!this.isClosed && !desk.isSilent) this.onopen?.();
    });
  }

  send(text: string): void {
    const frame = JSON.parse(text) as VisitorClientFrame;
    this.received.push(frame);
    if (this.isClosed || this.desk.isSilent) return;
    queueMicrotask(() => this.desk.onFrame(this, frame));
  }

  /** The server's or the network's end. */
  cut(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.desk.sockets.delete(this);
    this.onclose?.({ code: 1006 });
  }

  close(): void {
    this.isClosed = true;
    this.desk.sockets.delete(this);
  }

  deliver(frame: VisitorServerFrame): void {
    if (!this.isClosed && !this.desk.isSilent) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** The desk. One channel `demo`; visitors by token. */
export class FakeDesk {
  readonly sockets = new Set<FakeSocket>();
  /** Every socket that was ever opened. */
  readonly opened: FakeSocket[] = [];
  /** Every `post` that arrived, repeats included. */
  readonly posts: { client_id: string; via: "socket" | "http" }[] = [];
  /** Changes when a backup was restored. */
  generation = "life-1";
  refusesSockets = false;
  refusesHttp = false;
  /** Takes what comes and answers nothing: a connection that died in one direction. */
  isSilent = false;
  /** Swallows this many acks. */
  loseAcks = 0;
  /** Called for each live frame; what it returns goes out, in that order. */
  mangle: (frame: VisitorServerFrame) => VisitorServerFrame[] = (frame) => [frame];
  /** Answers to the next posts instead of storing them. */
  readonly refusals: Problem[] = [];
  /** What was told of visitors, by host pages: each call once. */
  readonly told: Record<string, unknown>[] = [];
  /** Answers to the next calls that tell something. */
  readonly aboutRefusals: Problem[] = [];
  readonly tokens = new Map<string, string>();
  #visitors = 0;
  #logs = new Map<string, Stored[]>();
  #posted = new Map<string, Posted>();
  #clock = 1_000;

  openSocket(): FakeSocket {
    const socket = new FakeSocket(this);
    this.sockets.add(socket);
    this.opened.push(socket);
    return socket;
  }

  /** All texts that the desk has stored for a visitor, in order. */
  texts(visitor = "vis_1"): string[] {
    return (this.#logs.get(visitor) ?? []).flatMap(({ entries }) => entries).flatMap((entry) => textOf(entry));
  }

  /** The agent says something; every page hears of it. */
  agentSays(text: string, visitor = "vis_1"): void {
    this.#append(visitor, { author: "agent", body: { kind: "message", content: { type: "text", text } } });
  }

  endSession(visitor = "vis_1"): void {
    this.#append(visitor, { author: "system", body: { kind: "ended", by: "agent" } });
    this.#changeSession(visitor, { stage: "ended", ended_by: "agent" });
  }

  changeSession(change: Partial<VisitorSession>, visitor = "vis_1"): void {
    this.#changeSession(visitor, change);
  }

  broadcast(frame: VisitorServerFrame): void {
    for (const out of this.mangle(frame)) for (const socket of [...this.sockets]) socket.deliver(out);
  }

  cutAll(): void {
    for (const socket of [...this.sockets]) socket.cut();
  }

  onFrame(socket: FakeSocket, frame: VisitorClientFrame): void {
    const visitor = this.#visitorOf(socket);
    const isSecondHello = frame.type === "hello" && socket.received.filter(({ type }) => type === "hello").length > 1;
    if (isSecondHello) return socket.cut();
    if (frame.type === "hello") return this.#welcome(socket, frame);
    if (visitor === undefined) return socket.cut();
    if (frame.type === "post") return this.#postBySocket(socket, visitor, frame.client_id, frame.content);
    if (frame.type === "catch_up") {
      const stored = this.#logs.get(visitor)?.find(({ session }) => session.id === frame.session_id);
      const entries = stored?.entries.filter((entry) => entry.seq > frame.after_seq) ?? [];
      return socket.deliver({ type: "entries", session_id: frame.session_id, entries });
    }
    if (frame.type === "read") return this.#changeSession(visitor, { visitor_read: frame.seq });
    if (frame.type === "end") {
      this.endSession(visitor);
      socket.deliver({ type: "ended", client_id: frame.client_id });
    }
  }

  /** The HTTP side. */
  fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (this.refusesHttp) return Promise.reject(new TypeError("network"));
    const { pathname, searchParams } = new URL(url);
    const headers = new Headers(init.headers);
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const visitor = this.tokens.get(headers.get("Authorization")?.replace("Bearer ", "") ?? "");
    return Promise.resolve(this.#answer(pathname, searchParams, body, visitor));
  };

  #answer(path: string, query: URLSearchParams, body: Record<string, unknown>, visitor: string | undefined): Response {
    if (path === "/api/v1/visitor/channels/demo") return Response.json(CHANNEL);
    if (path === "/api/v1/visitor/channels/demo/token") {
      const isTold = "nickname" in body || "avatar" in body || "custom_data" in body;
      const refusal = isTold ? this.aboutRefusals.shift() : undefined;
      if (isTold) this.told.push(body);
      if (refusal !== undefined) return Response.json(refusal, { status: 400 });
      return Response.json(this.#token(body));
    }
    if (path.startsWith("/api/v1/visitor/channels/")) return Response.json(problem("not_found"), { status: 404 });
    if (visitor === undefined) return Response.json(problem("not_signed_in"), { status: 401 });
    if (path === "/api/v1/visitor/conversation") {
      const [session_id, generation] = [query.get("session_id"), query.get("generation")];
      const after =
        session_id === null
          ? undefined
          : { session_id, seq: Number(query.get("after_seq")), ...(generation === null ? {} : { generation }) };
      return Response.json(this.#conversation(visitor, after).conversation);
    }
    if (path === "/api/v1/visitor/messages") {
      this.posts.push({ client_id: String(body.client_id), via: "http" });
      return Response.json(this.#store(visitor, String(body.client_id), body.content as NewContent));
    }
    if (path === "/api/v1/visitor/read") this.#changeSession(visitor, { visitor_read: Number(body.seq) });
    if (path === "/api/v1/visitor/end") this.endSession(visitor);
    return new Response(null, { status: 204 });
  }

  #token(body: Record<string, unknown>): object {
    const known = this.tokens.get(String(body.token));
    if (known !== undefined) return { visitor: { id: known, nickname: known } };
    this.#visitors += 1;
    const id = `vis_${this.#visitors}`;
    this.tokens.set(`token of ${id}`, id);
    return { visitor: { id, nickname: id }, token: `token of ${id}` };
  }

  #visitorOf(socket: FakeSocket): string | undefined {
    const hello = socket.received.findLast((frame) => frame.type === "hello");
    return hello === undefined ? undefined : this.tokens.get(hello.token);
  }

  #welcome(socket: FakeSocket, hello: Extract<VisitorClientFrame, { type: "hello" }>): void {
    const visitor = this.tokens.get(hello.token);
    if (visitor === undefined) return socket.deliver({ type: "refused", problem: problem("not_signed_in") });
    socket.deliver({ type: "welcome", ...this.#conversation(visitor, hello.last) });
  }

  #conversation(
    visitor: string,
    last?: { session_id: string; seq: number; generation?: string },
  ): { conversation: VisitorConversation; resumed: boolean } {
    const stored = this.#logs.get(visitor)?.at(-1);
    const isSameLife = last?.generation === undefined || last.generation === this.generation;
    const resumed = last !== undefined && isSameLife && stored?.session.id === last.session_id;
    const entries = stored?.entries.filter((entry) => !resumed || entry.seq > last.seq).slice(resumed ? 0 : -50) ?? [];
    const conversation: VisitorConversation = {
      visitor: { id: visitor, nickname: visitor },
      entries,
      has_earlier: false,
      greeting: ["Welcome"],
      generation: this.generation,
      ...(stored === undefined ? {} : { session: stored.session }),
    };
    return { conversation, resumed };
  }

  /** A backup is restored: what was said after its first `lines` lines never was. */
  restore(lines: number): void {
    this.generation = "life-2";
    this.#posted.clear();
    for (const [visitor, logs] of this.#logs) {
      const last = logs.at(-1)!;
      const entries = last.entries.slice(0, lines);
      const session = { ...last.session, last_seq: entries.at(-1)?.seq ?? 0 };
      this.#logs.set(visitor, [...logs.slice(0, -1), { session, entries }]);
    }
  }

  #postBySocket(socket: FakeSocket, visitor: string, client_id: string, content: NewContent): void {
    this.posts.push({ client_id, via: "socket" });
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return socket.deliver({ type: "refused", client_id, problem: refusal });
    const posted = this.#store(visitor, client_id, content);
    if (this.loseAcks > 0) this.loseAcks -= 1;
    else socket.deliver({ type: "ack", ...posted });
  }

  #store(visitor: string, client_id: string, content: NewContent): Posted {
    const known = this.#posted.get(`${visitor} ${client_id}`);
    if (known !== undefined) return { ...known, replayed: true };
    if ((this.#logs.get(visitor)?.at(-1)?.session.stage ?? "ended") === "ended") this.#open(visitor);
    const shown =
      content.type === "text" ? content : { type: content.type, attachment: attachment(content.attachment_id) };
    const entry = this.#append(visitor, { author: "visitor", client_id, body: { kind: "message", content: shown } });
    const posted: Posted = {
      client_id,
      session_id: entry.session_id,
      seq: entry.seq,
      entry_id: entry.id,
      at: entry.at,
      replayed: false,
    };
    this.#posted.set(`${visitor} ${client_id}`, posted);
    return posted;
  }

  #open(visitor: string): void {
    const logs = this.#logs.get(visitor) ?? [];
    const session: VisitorSession = {
      id: `ses_${visitor}_${logs.length + 1}`,
      stage: "active",
      agent: { nickname: "Ann", staff_no: "1001" },
      agent_read: 0,
      visitor_read: 0,
      last_seq: 0,
      started_at: (this.#clock += 1),
    };
    this.#logs.set(visitor, [...logs, { session, entries: [] }]);
    this.broadcast({ type: "session", session });
  }

  /** Numbers rise by two, for every second line is hidden from visitors. */
  #append(visitor: string, line: Pick<VisitorEntry, "author" | "body" | "client_id">): VisitorEntry {
    const logs = this.#logs.get(visitor) ?? [];
    const { session, entries } = logs.at(-1) as Stored;
    const prev = entries.at(-1)?.seq ?? 0;
    const entry: VisitorEntry = {
      session_id: session.id,
      seq: prev + 2,
      prev,
      id: `ent_${session.id}_${prev + 2}`,
      at: (this.#clock += 1),
      ...line,
    };
    const grown: Stored = { session: { ...session, last_seq: entry.seq }, entries: [...entries, entry] };
    this.#logs.set(visitor, [...logs.slice(0, -1), grown]);
    this.broadcast({ type: "entries", session_id: session.id, entries: [entry] });
    return entry;
  }

  #changeSession(visitor: string, change: Partial<VisitorSession>): void {
    const logs = this.#logs.get(visitor) ?? [];
    const last = logs.at(-1);
    if (last === undefined) return;
    const session = { ...last.session, ...change };
    this.#logs.set(visitor, [...logs.slice(0, -1), { ...last, session }]);
    this.broadcast({ type: "session", session });
  }
}

const CHANNEL = {
  key: "demo",
  kind: "website",
  title: "Demo",
  colour: "#1f5fd6",
  requires_identity: false,
  greeting: ["Welcome"],
  upload_max_bytes: 1_000_000,
};

/** The text of a line, if it is one. */
export function textOf(entry: VisitorEntry): string[] {
  return entry.body.kind === "message" && entry.body.content.type === "text" ? [entry.body.content.text] : [];
}

/** A problem with the class that its code has. */
export function problem(code: Problem["code"], change: Partial<Problem> = {}): Problem {
  return { code, message: code, class: "fatal", request_id: "req_1", fields: [], ...change };
}

function attachment(id: string) {
  return { id, name: `${id}.png`, media_type: "image/png", size: 10, width: 2, height: 2 };
}
