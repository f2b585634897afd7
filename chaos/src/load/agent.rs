//! An agent's workbench.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::fold::{self, Fold};
use super::http::{Answered, Http};
use super::link::Link;
use super::outbox::Outbox;
use super::visitor::posted;
use super::{Context, Phase, filler, payload};
use crate::history::{Glance, Kind, Outcome, Ready, Record};

/// Failed connections in a row after which HTTP helps out.
const FALLBACK_AFTER: u32 = 2;
/// A missing line is asked for again after this.
const GAP_REPEAT: Duration = Duration::from_millis(700);
const COMPARE_EVERY: Duration = Duration::from_millis(250);
const COMPARE_FOR: Duration = Duration::from_secs(15);
/// Calls after everything was mended are repeated so often.
const CALLS: u32 = 10;

/// How an agent signs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// The login.
    pub email: String,
    /// The password.
    pub password: String,
    /// The agent's id.
    pub id: String,
}

/// See the module's text.
pub struct Agent {
    context: Context,
    account: Account,
    /// Before signing in.
    nobody: Http,
    http: Http,
    is_signed_in: bool,
    outbox: Outbox,
    fold: Fold,
    cursor: Option<i64>,
    me: Value,
    queues: Value,
    sessions: BTreeMap<String, Value>,
    todo: Vec<(Instant, Todo)>,
    /// Sessions that were in the list at some time.
    served: Vec<String>,
    said: u64,
    links: u32,
    failures: u32,
    is_ready: bool,
    is_through: Option<Phase>,
    compare_until: Option<Instant>,
    asked_at: Option<Instant>,
    stay_away: Option<Duration>,
}

/// Something that the agent means to do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Todo {
    Reply(String),
    Read(String),
    End(String),
    Complete(String),
    Free,
    Reload,
}

enum Left {
    Lost,
    Finished,
}

impl Agent {
    /// An agent who has not signed in yet.
    #[must_use]
    pub fn new(context: Context, http: Http, account: Account) -> Self {
        Self {
            context,
            account,
            nobody: http.clone(),
            http,
            is_signed_in: false,
            outbox: Outbox::new(true),
            fold: Fold::default(),
            cursor: None,
            me: Value::Null,
            queues: Value::Null,
            sessions: BTreeMap::new(),
            todo: Vec::new(),
            served: Vec::new(),
            said: 0,
            links: 0,
            failures: 0,
            is_ready: false,
            is_through: None,
            compare_until: None,
            asked_at: None,
            stay_away: None,
        }
    }

    /// Works until the run is over.
    pub async fn run(mut self) {
        self.plan(Todo::Reload, 4_000..12_000);
        loop {
            if !self.is_signed_in {
                self.sign_in().await;
            }
            if self.is_signed_in
                && let Some(mut link) = self.connect().await
                && let Left::Finished = self.serve(&mut link).await
            {
                return;
            }
            self.becomes_ready(false);
            self.outbox.doubt(&self.context);
            if self.context.now() == Phase::Finish {
                self.read_all().await;
                return;
            }
            if let Some(wait) = self.stay_away.take() {
                tokio::time::sleep(wait).await;
            } else {
                self.failures += 1;
                if self.is_signed_in && self.failures >= FALLBACK_AFTER {
                    self.go_by_http().await;
                }
                self.context.back_off(self.failures).await;
            }
        }
    }

    async fn sign_in(&mut self) {
        let body = json!({ "identifier": self.account.email, "password": self.account.password });
        if let Answered::Ok { body, cookie, .. } = self.nobody.call(Method::POST, "/sign-in", &body).await {
            let csrf = body["csrf_token"].as_str().unwrap_or_default();
            self.http = self
                .nobody
                .clone()
                .with("cookie", &cookie.unwrap_or_default())
                .with("x-csrf-token", csrf)
                .with("origin", &self.nobody.base);
            self.is_signed_in = true;
        }
    }

    async fn connect(&mut self) -> Option<Link> {
        let mut hello = json!({ "type": "hello", "sessions": self.fold.all_last() });
        if let Some(known) = hello["sessions"].as_object_mut() {
            known.retain(|id, _| self.sessions.contains_key(id));
        }
        if let Some(cursor) = self.cursor {
            hello["cursor"] = cursor.into();
        }
        self.links += 1;
        let invoked = self.context.recorder.now();
        let patience = self.context.pace.welcome;
        let link = Link::open(&self.http, "/api/v1/agent/socket", &hello, self.links, patience).await;
        let Some(mut link) = link else {
            // Perhaps the sign-in is over; a socket tells that by its status only.
            if let Answered::Refused { code, .. } = self.http.get("/me").await {
                self.is_signed_in = !matches!(code.as_str(), "not_signed_in" | "signed_in_elsewhere");
            }
            return None;
        };
        let welcome = tokio::time::timeout(patience, link.next()).await.ok()??;
        if welcome["type"] != "welcome" {
            return None;
        }
        self.welcomed(invoked, &welcome);
        self.failures = 0;
        self.asked_at = None;
        Some(link)
    }

    fn welcomed(&mut self, invoked: u64, welcome: &Value) {
        self.cursor = welcome["cursor"].as_i64();
        self.queues = welcome["queues"].clone();
        self.sessions.clear();
        for session in welcome["sessions"].as_array().into_iter().flatten() {
            let id = session["id"].as_str().unwrap_or_default().to_owned();
            self.context.note(Record::Glance(Glance {
                client: self.context.name.clone(),
                invoked,
                returned: self.context.recorder.now(),
                session: id.clone(),
                last_seq: session["last_seq"].as_i64().unwrap_or_default(),
            }));
            self.take_session(session);
        }
        self.take_me(welcome["me"].clone());
    }

    fn take_session(&mut self, session: &Value) {
        let id = session["id"].as_str().unwrap_or_default().to_owned();
        if !self.served.contains(&id) {
            self.served.push(id.clone());
            self.plan(Todo::Reply(id.clone()), 50..1_500);
            if self.context.chance.percent(50) {
                self.plan(Todo::End(id.clone()), 2_000..8_000);
            }
        }
        if session["stage"] == "ended" && !self.todo.iter().any(|(_, todo)| *todo == Todo::Complete(id.clone())) {
            self.plan(Todo::Complete(id.clone()), 200..4_000);
        }
        self.sessions.insert(id, session.clone());
    }

    fn take_me(&mut self, me: Value) {
        let is_free = me["status"] == "free";
        self.me = me;
        self.becomes_ready(is_free);
        if !is_free && !self.todo.iter().any(|(_, todo)| *todo == Todo::Free) {
            self.plan(Todo::Free, 10..400);
        }
    }

    fn becomes_ready(&mut self, is_ready: bool) {
        if self.is_ready != is_ready {
            self.is_ready = is_ready;
            self.context.note(Record::Ready(Ready {
                client: self.context.name.clone(),
                agent: self.account.id.clone(),
                at: self.context.recorder.now(),
                is_ready,
            }));
        }
    }

    fn plan(&mut self, todo: Todo, within: std::ops::Range<u64>) {
        let at = Instant::now() + self.context.chance.millis(within);
        self.todo.push((at, todo));
    }

    async fn serve(&mut self, link: &mut Link) -> Left {
        let mut phase = self.context.phase.clone();
        let mut heard = Instant::now();
        let mut compares = Instant::now();
        loop {
            if !self.pump(link).await {
                return Left::Lost;
            }
            let now = self.context.now();
            match now {
                Phase::Drain if self.outbox.is_empty() && self.is_ready => self.pass(now),
                Phase::Talk | Phase::Drain | Phase::Compare => {}
                Phase::Finish => {
                    self.read_all().await;
                    return Left::Finished;
                }
            }
            let far = Instant::now() + Duration::from_secs(3_600);
            let dead = self.outbox.overdue(self.context.pace.answer).unwrap_or(far);
            let dead = dead.min(heard + self.context.pace.silence);
            let wakes = self.outbox.wakes().filter(|at| *at > Instant::now()).unwrap_or(far);
            let asks = self
                .fold
                .missing()
                .map_or(far, |_| self.asked_at.unwrap_or(heard) + GAP_REPEAT);
            let acts = self.todo.iter().map(|(at, _)| *at).min().unwrap_or(far);
            tokio::select! {
                frame = link.next() => {
                    let Some(frame) = frame else { return Left::Lost };
                    heard = Instant::now();
                    if !self.on_frame(link.number, &frame) {
                        return Left::Lost;
                    }
                }
                () = sleep_until(dead) => return Left::Lost,
                () = sleep_until(wakes) => {}
                () = sleep_until(asks) => {
                    self.asked_at = Some(Instant::now());
                    if let Some((session_id, after_seq)) = self.fold.missing() {
                        link.send(&json!({ "type": "catch_up", "session_id": session_id, "after_seq": after_seq })).await;
                    }
                }
                () = sleep_until(acts) => {
                    if !self.act(link).await {
                        return Left::Lost;
                    }
                }
                () = sleep_until(compares), if now == Phase::Compare && self.is_through != Some(now) => {
                    compares = Instant::now() + COMPARE_EVERY;
                    self.compare().await;
                }
                _ = phase.changed() => {}
            }
        }
    }

    fn pass(&mut self, phase: Phase) {
        if self.is_through != Some(phase) {
            self.is_through = Some(phase);
            self.context.is_through();
        }
    }

    /// Sends what may go; whether the connection took it. Ends go by HTTP, as our page sends them.
    async fn pump(&mut self, link: &mut Link) -> bool {
        while let Some(item) = self.outbox.next() {
            self.outbox.fly(&self.context, &item.key);
            if item.kind == Kind::End {
                if !self.end_by_http(&item.key, &item.session).await {
                    return false;
                }
                continue;
            }
            let post = json!({
                "type": "post", "client_id": item.key, "session_id": item.session, "content": item.content,
            });
            let times = if self.context.chance.percent(4) { 2 } else { 1 };
            for _ in 0..times {
                if !link.send(&post).await {
                    return false;
                }
            }
        }
        true
    }

    async fn end_by_http(&mut self, key: &str, session: &str) -> bool {
        match self.http.command(&format!("/sessions/{session}/end"), key).await {
            Answered::Ok { .. } => {
                let outcome = Outcome::Ok {
                    session: session.to_owned(),
                    seq: 0,
                    entry: String::new(),
                };
                self.outbox.acknowledge(&self.context, key, outcome);
            }
            Answered::Refused { code, class } => self.refused(key, &code, &class),
            Answered::Lost => return false,
        }
        true
    }

    fn refused(&mut self, key: &str, code: &str, class: &str) {
        if code == "not_signed_in" {
            self.is_signed_in = false;
        }
        self.outbox.refuse(&self.context, key, code, class);
    }

    /// Does what is due; false when it leaves this connection.
    async fn act(&mut self, link: &mut Link) -> bool {
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.todo)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.todo = later;
        let talks = self.context.now() == Phase::Talk;
        for (_, todo) in due {
            match todo {
                Todo::Free => {
                    // The answer is the new state; it is also told by a frame.
                    let body = json!({ "status": "free" });
                    if !matches!(
                        self.http.call(Method::PUT, "/me/status", &body).await,
                        Answered::Ok { .. }
                    ) {
                        self.plan(Todo::Free, 200..600);
                    }
                }
                _ if !talks => {}
                Todo::Reply(session) => self.reply(&session),
                Todo::Read(session) => {
                    let seq = self.fold.last(&session).unwrap_or_default();
                    if !link
                        .send(&json!({ "type": "read", "session_id": session, "seq": seq }))
                        .await
                    {
                        return false;
                    }
                }
                Todo::End(session) => {
                    let is_active = self
                        .sessions
                        .get(&session)
                        .is_some_and(|known| known["stage"] == "active");
                    if is_active && !self.outbox.concerns(&session) {
                        self.outbox
                            .add(Kind::End, &session, String::new(), json!({ "session_id": session }));
                    }
                }
                Todo::Complete(session) => {
                    let key = uuid::Uuid::new_v4().to_string();
                    // A lost one leaves the session in the list, where nobody minds it.
                    let _done = self.http.command(&format!("/sessions/{session}/complete"), &key).await;
                }
                Todo::Reload => {
                    self.plan(Todo::Reload, 4_000..12_000);
                    if self.context.chance.percent(50) {
                        self.forget();
                    }
                    return false;
                }
            }
        }
        true
    }

    fn forget(&mut self) {
        self.cursor = None;
        self.fold = Fold::default();
    }

    fn reply(&mut self, session: &str) {
        if self
            .sessions
            .get(session)
            .is_some_and(|known| known["stage"] == "active")
        {
            self.said += 1;
            let text = payload(&self.context.name, self.said, &filler(&mut self.context.chance));
            let content = json!({ "type": "text", "text": text });
            self.outbox.add(Kind::Post, session, text, content);
        }
    }

    /// Folds a frame; false when this connection is to be left.
    fn on_frame(&mut self, link: u32, frame: &Value) -> bool {
        let text = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
        let (key, session) = (text("client_id"), text("session_id"));
        let is_outdated = frame["cursor"].as_i64() < self.cursor;
        match frame["type"].as_str().unwrap_or_default() {
            "session" if !is_outdated => {
                self.cursor = frame["cursor"].as_i64();
                self.take_session(&frame["session"]);
            }
            "removed" if !is_outdated => {
                self.cursor = frame["cursor"].as_i64();
                self.sessions.remove(&session);
                self.fold.forget(&session);
            }
            "entries" => self.on_entries(link, &session, &frame["entries"]),
            "read" => {
                if let Some(known) = self.sessions.get_mut(&session) {
                    known["visitor_read"] = frame["visitor_read"].clone();
                }
            }
            "visitor_online" => {
                if let Some(known) = self.sessions.get_mut(&session) {
                    known["visitor"]["online"] = frame["online"].clone();
                }
            }
            "me" => self.take_me(frame["me"].clone()),
            "queues" => self.queues = frame["queues"].clone(),
            "ack" => self.outbox.acknowledge(&self.context, &key, posted(frame)),
            "refused" => {
                let told = |name: &str| frame["problem"][name].as_str().unwrap_or_default();
                self.refused(&key, told("code"), told("class"));
            }
            "resync_required" => {
                self.forget();
                return false;
            }
            "kicked" => {
                self.is_signed_in = false;
                return false;
            }
            "going_away" => {
                let asked = frame["reconnect_after_ms"].as_u64().unwrap_or_default();
                self.stay_away = Some(Duration::from_millis(asked / 5));
                return false;
            }
            _ => {}
        }
        true
    }

    fn on_entries(&mut self, link: u32, session: &str, entries: &Value) {
        for key in self.fold.add(&self.context, link, entries) {
            self.outbox.shown(&self.context, &key);
        }
        let spoken = entries.as_array().into_iter().flatten();
        let spoken = spoken.filter(|entry| entry["author"]["type"] == "visitor" && entry["body"]["kind"] == "message");
        if spoken.count() > 0 {
            if self.context.chance.percent(60) {
                self.plan(Todo::Reply(session.to_owned()), 50..900);
            }
            self.plan(Todo::Read(session.to_owned()), 20..600);
        }
    }

    /// What waits goes by HTTP, one after the other.
    async fn go_by_http(&mut self) {
        while let Some(item) = self.outbox.next() {
            self.outbox.fly(&self.context, &item.key);
            if item.kind == Kind::End {
                if !self.end_by_http(&item.key, &item.session).await {
                    return;
                }
                continue;
            }
            let path = format!("/sessions/{}/messages", item.session);
            let body = json!({ "client_id": item.key, "content": item.content });
            match self.http.call(Method::POST, &path, &body).await {
                Answered::Ok { body, .. } => self.outbox.acknowledge(&self.context, &item.key, posted(&body)),
                Answered::Refused { code, class } => self.refused(&item.key, &code, &class),
                Answered::Lost => return,
            }
        }
    }

    /// Compares what frames made with what a fresh look shows (I24).
    async fn compare(&mut self) {
        let until = *self.compare_until.get_or_insert_with(|| Instant::now() + COMPARE_FOR);
        let Answered::Ok { body: fresh, .. } = self.http.get("/workbench").await else {
            return;
        };
        let list = fresh["sessions"].as_array().cloned().unwrap_or_default();
        let by_id = |session: Value| (session["id"].as_str().unwrap_or_default().to_owned(), session);
        let fresh_sessions: BTreeMap<String, Value> = list.into_iter().map(by_id).collect();
        let lines = |sessions: &BTreeMap<String, Value>, last: &dyn Fn(&str, &Value) -> Option<i64>| -> Value {
            let active = sessions.iter().filter(|(_, session)| session["stage"] == "active");
            active
                .map(|(id, session)| (id.clone(), last(id, session).into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let folded = json!({
            "me": self.me, "queues": self.queues, "sessions": self.sessions,
            "lines": lines(&self.sessions, &|id, _| self.fold.last(id)),
        });
        let fresh = json!({
            "me": fresh["me"], "queues": fresh["queues"], "sessions": fresh_sessions,
            "lines": lines(&fresh_sessions, &|_, session| session["last_seq"].as_i64()),
        });
        if folded == fresh || Instant::now() > until {
            self.context.note(Record::Fold(crate::history::Fold {
                client: self.context.name.clone(),
                folded,
                fresh,
            }));
            self.pass(Phase::Compare);
        }
    }

    /// Reads every session that was in the list at some time once more, whole.
    async fn read_all(&mut self) {
        if !self.outbox.is_empty() {
            self.context.is_stuck("still had something to say at the end");
        }
        self.context.name = format!("{}:final", self.context.name);
        for session in std::mem::take(&mut self.served) {
            let mut after = 0;
            loop {
                let path = format!("/sessions/{session}/entries?after_seq={after}&limit=200");
                // A session that went to somebody else is out of reach.
                let Some(page) = self.insist(&path).await else { break };
                for entry in page["entries"].as_array().into_iter().flatten() {
                    after = fold::note(&self.context, 0, entry).seq;
                }
                if page["has_more"] != true {
                    break;
                }
            }
        }
    }

    async fn insist(&mut self, path: &str) -> Option<Value> {
        for failures in 0..CALLS {
            match self.http.get(path).await {
                Answered::Ok { body, .. } => return Some(body),
                Answered::Refused { code, .. } if code == "not_found" => return None,
                _ => self.context.back_off(failures).await,
            }
        }
        self.context.is_stuck(format!("could not read {path}"));
        None
    }
}
