import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openVisitorClient, type ClientOptions, type VisitorClient } from "./client";
import { FakeBrowser, type FakePage } from "./testing/fake-browser";
import { FakeDesk, problem, textOf } from "./testing/fake-desk";

const OPTIONS: ClientOptions = { channel: "demo", language: () => "en" };

let desk: FakeDesk;
let browser: FakeBrowser;
const open: VisitorClient[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  desk = new FakeDesk();
  browser = new FakeBrowser(desk);
});

afterEach(() => {
  for (const client of open.splice(0)) client.stop();
  vi.useRealTimers();
});

/** Lets everything happen that needs no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

async function visit(page: FakePage = browser.page(), options: ClientOptions = OPTIONS): Promise<VisitorClient> {
  const client = await openVisitorClient(options, page.env);
  open.push(client);
  await settle();
  return client;
}

/** What the page shows: the lines, then what is on its way. */
function shown(client: VisitorClient): string[] {
  const { conversation, pending } = client.state;
  const waiting = pending.map((item) =>
    item.content.type === "text" ? `${item.content.text} (${item.state})` : `file (${item.state})`,
  );
  return [...conversation.entries.flatMap(textOf), ...waiting];
}

describe("a visitor's page", () => {
  it("shows the greeting, then the conversation, every message once (U3)", async () => {
    const client = await visit();
    expect(client.state).toMatchObject({
      phase: "ready",
      link: { kind: "online", via: "socket" },
      channel: { title: "Demo" },
    });
    expect(client.state.conversation.greeting).toEqual(["Welcome"]);
    client.sendText("hello");
    await settle();
    desk.agentSays("good morning");
    await settle();
    expect(shown(client)).toEqual(["hello", "good morning"]);
    expect(desk.texts()).toEqual(["hello", "good morning"]);
  });

  it("F74, C17: after a backup was restored, by socket or HTTP, shows what is there and nothing of the life before", async () => {
    for (const refusesSockets of [false, true]) {
      desk = new FakeDesk();
      browser = new FakeBrowser(desk);
      const client = await visit(browser.page());
      for (const text of ["one", "two", "three"]) {
        client.sendText(text);
        await settle();
      }
      desk.refusesSockets = refusesSockets;
      desk.cutAll();
      desk.restore(1);
      // The same numbers are other lines now.
      desk.agentSays("other two");
      desk.agentSays("other three");
      await wait(60_000);
      expect(shown(client)).toEqual(["one", "other two", "other three"]);
      client.stop();
    }
  });

  it("U4: sends what was written offline later, once, in order, after a reload, under the same keys (C02)", async () => {
    const page = browser.page();
    const first = await visit(page);
    desk.refusesSockets = true;
    desk.refusesHttp = true;
    desk.cutAll();
    first.sendText("one");
    first.sendText("two");
    await wait(60_000);
    expect(shown(first)).toEqual(["one (queued)", "two (queued)"]);
    expect(first.state.link.kind).toBe("offline");
    const keys = first.state.pending.map((item) => item.key);

    first.stop();
    desk.refusesSockets = false;
    desk.refusesHttp = false;
    const second = await visit(browser.page(page.pageStorage));
    await settle();
    expect(desk.texts()).toEqual(["one", "two"]);
    expect(desk.posts.map((post) => post.client_id)).toEqual(keys);
    expect(shown(second)).toEqual(["one", "two"]);
    expect(browser.storage.map.size).toBe(
      [...browser.storage.map.keys()].filter((key) => !key.includes("outbox")).length,
    );
  });

  it("C01, C02: finds a message whose ack was lost in the conversation again, and neither repeats nor doubles it", async () => {
    const client = await visit();
    desk.loseAcks = 1;
    desk.mangle = (frame) => (frame.type === "entries" ? [] : [frame]);
    client.sendText("hello");
    await settle();
    expect(shown(client)).toEqual(["hello (sending)"]);
    desk.mangle = (frame) => [frame];
    // No answer: the socket is given up and the message repeated on the next one.
    await wait(12_000);
    expect(desk.posts.map((post) => post.client_id)).toHaveLength(1);
    expect(desk.texts()).toEqual(["hello"]);
    expect(shown(client)).toEqual(["hello"]);
  });

  it("C02: repeats with the same key when the socket dies before the answer", async () => {
    const client = await visit();
    desk.isSilent = true;
    client.sendText("hello");
    await wait(10_000);
    desk.isSilent = false;
    await wait(2_000);
    const sent = desk.opened.flatMap((socket) => socket.received).filter((frame) => frame.type === "post");
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map((frame) => frame.client_id)).size).toBe(1);
    expect(desk.texts()).toEqual(["hello"]);
    expect(shown(client)).toEqual(["hello"]);
  });

  it("U1: misses nothing when the socket is cut in the middle of a stream of messages", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    const said: string[] = [];
    for (let at = 0; at < 40; at += 1) {
      said.push(`line ${at}`);
      desk.agentSays(`line ${at}`);
      if (at % 7 === 3) desk.cutAll();
      await wait(at % 3 === 0 ? 400 : 10);
    }
    await wait(5_000);
    expect(shown(client)).toEqual(["hello", ...said]);
  });

  it("U1, U3: lost, doubled and reordered frames end in the same conversation", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    const held: Parameters<typeof desk.mangle>[0][] = [];
    let count = 0;
    desk.mangle = (frame) => {
      count += 1;
      if (count % 5 === 0) return [];
      if (count % 3 === 0) return [frame, frame];
      if (count % 4 !== 0) return [frame];
      held.push(frame);
      return held.length > 1 ? held.splice(0).reverse() : [];
    };
    for (let at = 0; at < 29; at += 1) desk.agentSays(`line ${at}`);
    desk.mangle = (frame) => [frame];
    desk.agentSays("line 29");
    await settle();
    expect(shown(client)).toEqual(["hello", ...Array.from({ length: 30 }, (_, at) => `line ${at}`)]);
  });

  it("U1: finds a lost last line without another frame about it", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    desk.mangle = (frame) => (frame.type === "entries" ? [] : [frame]);
    desk.agentSays("are you there?");
    desk.changeSession({ agent_read: 2 });
    expect(shown(client)).toEqual(["hello"]);
    await wait(1_500);
    expect(shown(client)).toEqual(["hello", "are you there?"]);
  });

  it("C04: says hello afresh after resync_required", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    desk.broadcast({ type: "resync_required" });
    await settle();
    const hellos = desk.opened.flatMap((socket) => socket.received).filter((frame) => frame.type === "hello");
    expect(hellos.map((hello) => hello.last)).toEqual([undefined, undefined]);
    expect(shown(client)).toEqual(["hello"]);
  });

  it("resumes with the last number that it has", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    desk.cutAll();
    await wait(1_000);
    const hello = desk.opened[1]?.received[0];
    expect(hello).toMatchObject({ type: "hello", last: { session_id: "ses_vis_1_1", seq: 2 } });
    expect(shown(client)).toEqual(["hello"]);
  });

  it("C13: comes back when a server that stops asked for it", async () => {
    await visit();
    desk.broadcast({ type: "going_away", reconnect_after_ms: 3_000 });
    desk.cutAll();
    await wait(2_900);
    expect(desk.opened).toHaveLength(1);
    await wait(200);
    expect(desk.opened).toHaveLength(2);
  });

  it("C13: leaves a server by itself that announced its stop and did not close", async () => {
    await visit();
    desk.broadcast({ type: "going_away", reconnect_after_ms: 3_000 });
    await wait(3_100);
    expect(desk.opened).toHaveLength(2);
    expect(desk.sockets.size).toBe(1);
  });
});

describe("a connection", () => {
  it("U2: is tried again without an end, at most 30 s apart, and is back at once when the network is", async () => {
    const page = browser.page();
    const client = await visit(page);
    desk.refusesSockets = true;
    desk.refusesHttp = true;
    desk.cutAll();
    await wait(60 * 60_000);
    const tried = desk.opened.length;
    // Half of 30 s on average.
    expect(tried).toBeGreaterThan(200);
    expect(client.state.link.kind).toBe("offline");
    desk.refusesSockets = false;
    page.wake("network");
    await settle();
    expect(client.state.link).toEqual({ kind: "online", via: "socket" });
    expect(desk.opened.length).toBe(tried + 1);
  });

  it("U1: is given up after two and a half silent beats, though the socket looks alive", async () => {
    const client = await visit();
    for (let beat = 0; beat < 5; beat += 1) {
      await wait(20_000);
      desk.broadcast({ type: "beat", at: 1 });
    }
    expect(desk.opened).toHaveLength(1);
    desk.isSilent = true;
    await wait(56_000);
    expect(client.state.link.kind).not.toBe("online");
    desk.isSilent = false;
    await wait(30_000);
    expect(client.state.link).toEqual({ kind: "online", via: "socket" });
  });

  it("U2: is replaced at once when a slept machine wakes up with a dead socket", async () => {
    const page = browser.page();
    const client = await visit(page);
    // Timers did not run while it slept.
    vi.setSystemTime(Date.now() + 3_600_000);
    page.wake("visible");
    await settle();
    expect(desk.opened).toHaveLength(2);
    expect(client.state.link.kind).toBe("online");
  });

  it("F36: falls back to HTTP after two failed connections, and returns to the socket", async () => {
    desk.refusesSockets = true;
    const client = await visit();
    await wait(5_000);
    client.sendText("hello");
    await wait(100);
    expect(client.state).toMatchObject({ phase: "ready", link: { kind: "online", via: "http" } });
    expect(desk.posts).toEqual([{ client_id: expect.any(String), via: "http" }]);
    desk.agentSays("hi");
    await wait(6_000);
    expect(shown(client)).toEqual(["hello", "hi"]);
    client.markRead(2);
    await wait(6_000);
    expect(client.state.conversation.session?.visitor_read).toBe(2);
    desk.refusesSockets = false;
    await wait(31_000);
    expect(client.state.link).toEqual({ kind: "online", via: "socket" });
    expect(shown(client)).toEqual(["hello", "hi"]);
  });

  it("starts by itself once the desk can be reached, when the first load found nothing", async () => {
    desk.refusesHttp = true;
    const client = await visit();
    expect(client.state).toMatchObject({ phase: "starting", trouble: { code: "offline" }, link: { kind: "offline" } });
    client.sendText("written before anything came");
    desk.refusesHttp = false;
    await wait(31_000);
    expect(client.state).toMatchObject({ phase: "ready", trouble: null });
    expect(shown(client)).toEqual(["written before anything came"]);
  });
});

describe("several pages of one browser", () => {
  it("are one visitor, also when they open at the same time, and each sees everything", async () => {
    const clients = await Promise.all([visit(), visit(), visit()]);
    await settle();
    clients[0]?.sendText("from the first");
    clients[1]?.sendText("from the second");
    await settle();
    expect(desk.tokens.size).toBe(1);
    for (const client of clients) expect(shown(client)).toEqual(["from the first", "from the second"]);
    expect(desk.posts).toHaveLength(2);
  });

  it("U3: each sends only what it wrote", async () => {
    const one = await visit();
    const other = await visit();
    desk.refusesSockets = true;
    desk.refusesHttp = true;
    desk.cutAll();
    one.sendText("one");
    other.sendText("other");
    await settle();
    expect([shown(one), shown(other)]).toEqual([["one (queued)"], ["other (queued)"]]);
    desk.refusesSockets = false;
    await wait(31_000);
    expect(desk.posts).toHaveLength(2);
    expect(desk.texts().sort()).toEqual(["one", "other"]);
  });

  it("U4: takes over what a closed page had not sent, exactly one of those left", async () => {
    const closing = await visit();
    const left = [await visit(), await visit()];
    desk.refusesSockets = true;
    desk.refusesHttp = true;
    desk.cutAll();
    closing.sendText("last words");
    await settle();
    closing.stop();
    await settle();
    expect(left.map(shown).flat()).toEqual(["last words (queued)"]);
    desk.refusesSockets = false;
    await wait(31_000);
    expect(desk.posts).toHaveLength(1);
    for (const client of left) expect(shown(client)).toEqual(["last words"]);
  });

  it("U4: without locks an unsent message is taken over after a minute, under the same key", async () => {
    browser = new FakeBrowser(desk, { hasLocks: false });
    const closing = await visit();
    desk.isSilent = true;
    closing.sendText("last words");
    closing.stop();
    desk.isSilent = false;
    const left = await visit();
    expect(shown(left)).toEqual([]);
    await wait(80_000);
    expect(shown(left)).toEqual(["last words"]);
    expect(desk.texts()).toEqual(["last words"]);
  });

  it("a duplicated page does not share the name of the first", async () => {
    const page = browser.page();
    const first = await visit(page);
    const copy = await visit(browser.page(page.pageStorage));
    desk.isSilent = true;
    first.sendText("one");
    copy.sendText("two");
    await settle();
    expect([shown(first), shown(copy)]).toEqual([["one (sending)"], ["two (sending)"]]);
  });
});

describe("identity", () => {
  const signed = (user_id: string) => ({ ...OPTIONS, identity: { user_id, expires_at: 1, signature: "s" } });

  it("U25: another account in the same browser starts from nothing", async () => {
    const anonymous = await visit();
    anonymous.sendText("my secret");
    anonymous.draft = "half a sentence";
    await settle();
    anonymous.stop();

    const account = await visit(browser.page(), signed("u1"));
    expect(account.state.conversation.visitor?.id).toBe("vis_2");
    expect(shown(account)).toEqual([]);
    expect(account.draft).toBe("");
    account.stop();

    const other = await visit(browser.page(), signed("u2"));
    expect(other.state.conversation.visitor?.id).toBe("vis_3");
    other.stop();
    const signedOut = await visit();
    expect(signedOut.state.conversation.visitor?.id).toBe("vis_4");
    expect([...browser.storage.map.values()].join()).not.toContain("half a sentence");
  });

  it("U25: an unsent message never goes out under another account", async () => {
    const first = await visit(browser.page(), signed("u1"));
    desk.isSilent = true;
    first.sendText("my secret");
    await settle();
    first.stop();
    desk.isSilent = false;
    const second = await visit(browser.page(), signed("u2"));
    await wait(120_000);
    expect(shown(second)).toEqual([]);
    expect(desk.posts).toEqual([]);
  });

  it("U25: a page whose account was changed by another page stops", async () => {
    const old = await visit(browser.page(), signed("u1"));
    old.sendText("hello");
    await settle();
    await visit(browser.page(), signed("u2"));
    await settle();
    expect(old.state).toMatchObject({ phase: "refused", trouble: { code: "identity_invalid" } });
    expect(shown(old)).toEqual([]);
  });

  it("gets a new token when the desk does not know the old one any more, and sends what waits", async () => {
    const page = browser.page();
    const client = await visit(page);
    desk.tokens.clear();
    desk.cutAll();
    client.sendText("still here");
    await wait(5_000);
    expect(client.state.conversation.visitor?.id).toBe("vis_2");
    expect(desk.texts("vis_2")).toEqual(["still here"]);
  });

  it("tells that a channel does not exist and tries no more", async () => {
    const client = await visit(browser.page(), { ...OPTIONS, channel: "nowhere" });
    expect(client.state).toMatchObject({ phase: "refused", trouble: { code: "not_found" } });
    const fetches = vi.spyOn(desk, "fetch");
    await wait(120_000);
    expect(fetches).not.toHaveBeenCalled();
    expect(desk.opened).toHaveLength(0);
  });

  it("goes on in memory where storage is blocked", async () => {
    browser = new FakeBrowser(desk, { blocksStorage: true });
    const client = await visit();
    client.sendText("hello");
    client.draft = "more";
    await settle();
    expect(client.state.is_persistent).toBe(false);
    expect(shown(client)).toEqual(["hello"]);
    expect(client.draft).toBe("more");
  });
});

describe("refusals (C20)", () => {
  it("retry: again with the same key after the asked time, and nothing overtakes (I04)", async () => {
    const client = await visit();
    desk.refusals.push(problem("rate_limited", { class: "retry", retry_after: 7 }));
    client.sendText("one");
    client.sendText("two");
    await wait(6_500);
    expect(desk.posts).toHaveLength(1);
    await wait(1_000);
    expect(desk.texts()).toEqual(["one", "two"]);
    expect(desk.posts[0]?.client_id).toBe(desk.posts[1]?.client_id);
  });

  it("fatal: waits for a person, lets others pass, and goes again on demand", async () => {
    const client = await visit();
    desk.refusals.push(problem("message_too_long"));
    client.sendText("one");
    client.sendText("two");
    await settle();
    expect(shown(client)).toEqual(["two", "one (failed)"]);
    const failed = client.state.pending[0];
    expect(failed?.trouble?.code).toBe("message_too_long");
    client.retry(failed?.key ?? "");
    await settle();
    expect(shown(client)).toEqual(["two", "one"]);
    expect(desk.posts[0]?.client_id).toBe(desk.posts[2]?.client_id);
  });

  it("key_reused: goes again under a new key", async () => {
    const client = await visit();
    desk.refusals.push(problem("key_reused", { class: "conflict" }));
    client.sendText("one");
    await settle();
    client.retry(client.state.pending[0]?.key ?? "");
    await settle();
    expect(new Set(desk.posts.map((post) => post.client_id)).size).toBe(2);
    expect(shown(client)).toEqual(["one"]);
  });

  it("conflict: a few more tries, then a person decides, who may also throw it away", async () => {
    const client = await visit();
    for (let at = 0; at < 3; at += 1) desk.refusals.push(problem("stale", { class: "conflict" }));
    client.sendText("one");
    await wait(10_000);
    expect(desk.posts).toHaveLength(3);
    expect(shown(client)).toEqual(["one (failed)"]);
    client.discard(client.state.pending[0]?.key ?? "");
    expect(shown(client)).toEqual([]);
  });
});

describe("signals", () => {
  it("CHAN-03: read marks go out once and again after a reconnect that may have lost them", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    const reads = () => desk.opened.flatMap((socket) => socket.received).filter((frame) => frame.type === "read");
    desk.isSilent = true;
    client.markRead(2);
    client.markRead(2);
    expect(reads()).toHaveLength(1);
    desk.isSilent = false;
    desk.cutAll();
    await wait(1_000);
    expect(reads()).toHaveLength(2);
    expect(client.state.conversation.session?.visitor_read).toBe(2);
    client.markRead(2);
    expect(reads()).toHaveLength(2);
  });

  it("typing goes out at most once in three seconds; the agent's sign is forgotten after five", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    for (let at = 0; at < 10; at += 1) {
      client.typing();
      await wait(500);
    }
    expect(desk.opened[0]?.received.filter((frame) => frame.type === "typing")).toHaveLength(2);
    desk.broadcast({ type: "typing" });
    expect(client.state.is_agent_typing).toBe(true);
    await wait(5_000);
    expect(client.state.is_agent_typing).toBe(false);
    desk.broadcast({ type: "typing" });
    desk.agentSays("done");
    expect(client.state.is_agent_typing).toBe(false);
  });

  it("ROUTE-14: ends the session, also when the network has to return first; writing opens a new one", async () => {
    const client = await visit();
    client.sendText("hello");
    await settle();
    desk.isSilent = true;
    client.end();
    expect(client.state.is_ending).toBe(true);
    desk.isSilent = false;
    desk.cutAll();
    await wait(1_000);
    expect(client.state.conversation.session?.stage).toBe("ended");
    expect(client.state.is_ending).toBe(false);
    client.sendText("one more thing");
    await settle();
    expect(client.state.conversation.session?.id).toBe("ses_vis_1_2");
    expect(shown(client)).toEqual(["hello", "one more thing"]);
  });
});

describe("files", () => {
  const picture = () => new File([new Uint8Array(10)], "a.png", { type: "image/png" });
  const attachment = { id: "att_1", name: "a.png", media_type: "image/png", size: 10, width: 2, height: 2 };

  it("shows progress, then becomes a message under the same key", async () => {
    const page = browser.page();
    const client = await visit(page);
    client.sendFile(picture());
    const [request] = page.requests;
    request?.upload.onprogress?.({ lengthComputable: true, loaded: 5, total: 10 });
    expect(client.state.pending).toMatchObject([{ state: "uploading", progress: 0.5 }]);
    request?.answer(200, attachment);
    await settle();
    expect(request?.headers["Idempotency-Key"]).toBe(desk.posts[0]?.client_id);
    expect(client.state.pending).toEqual([]);
    expect(client.state.conversation.entries[0]?.body).toMatchObject({
      content: { type: "image", attachment: { id: "att_1" } },
    });
  });

  it("repeats an interrupted upload with the same key, and tells a final refusal", async () => {
    const page = browser.page();
    const client = await visit(page);
    client.sendFile(picture());
    page.requests[0]?.onerror?.();
    await wait(1_000);
    expect(page.requests[1]?.headers["Idempotency-Key"]).toBe(page.requests[0]?.headers["Idempotency-Key"]);
    page.requests[1]?.answer(413, problem("file_too_large"));
    await settle();
    expect(client.state.pending).toMatchObject([{ state: "failed", trouble: { code: "file_too_large" } }]);
    client.retry(client.state.pending[0]?.key ?? "");
    page.requests[2]?.answer(200, { ...attachment, width: undefined, height: undefined });
    await settle();
    expect(client.state.conversation.entries[0]?.body).toMatchObject({ content: { type: "file" } });
  });
});

describe("what the page around tells of its visitor", () => {
  it("CHAN-04: goes to the desk once it has named us, and again when it changes", async () => {
    const client = await visit(browser.page(), { ...OPTIONS, about: { nickname: "Li Lei" } });
    expect(desk.told).toEqual([{ nickname: "Li Lei", token: "token of vis_1", language: "en" }]);
    client.describe({ nickname: "Li Lei", custom_data: { level: "gold" } });
    await settle();
    expect(desk.told.at(-1)).toMatchObject({ custom_data: { level: "gold" }, token: "token of vis_1" });
    expect(desk.tokens.size).toBe(1);
  });

  it("CHAN-04: waits for the network, and a refusal is the host's trouble, not the visitor's", async () => {
    const aboutRefused = vi.fn();
    const client = await visit(browser.page(), { ...OPTIONS, aboutRefused });
    desk.refusesHttp = true;
    client.describe({ avatar: "https://img.example/1.png" });
    await wait(3_000);
    expect(desk.told).toEqual([]);
    desk.refusesHttp = false;
    desk.aboutRefusals.push(problem("invalid_request"));
    await wait(60_000);
    expect(aboutRefused).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "invalid_request" }));
    client.sendText("hello");
    await settle();
    expect(client.state).toMatchObject({ phase: "ready", notice: null });
    expect(desk.texts()).toEqual(["hello"]);
  });
});
