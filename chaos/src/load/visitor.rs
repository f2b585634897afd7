//! A visitor's page.

use std::time::Duration;

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::fold::{self, Fold};
use super::http::{Answered, Http};
use super::link::Link;
use super::outbox::{Item, Outbox};
use super::{Context, Phase, filler, payload};
use crate::history::{Blob, Glance, Kind, Outcome, Record};

/// Failed connections in a row after which HTTP helps out (F36).
const FALLBACK_AFTER: u32 = 2;
/// A missing line is asked for again after this.
const GAP_REPEAT: Duration = Duration::from_millis(700);
/// How often pictures are compared until they are the same …
const COMPARE_EVERY: Duration = Duration::from_millis(250);
/// … and how long at most.
const COMPARE_FOR: Duration = Duration::from_secs(15);
/// Calls after everything was mended are repeated so often.
const CALLS: u32 = 10;

/// See the module's text.
pub struct Visitor {
    context: Context,
    http: Http,
    channel: String,
    token: String,
    outbox: Outbox,
    fold: Fold,
    session: Option<Value>,
    said: u64,
    links: u32,
    failures: u32,
    /// Files that were sent: attachment id and SHA-256.
    files: Vec<(String, String)>,
    is_through: Option<Phase>,
    compare_until: Option<Instant>,
    asked_at: Option<Instant>,
    /// Reloads, and so names no last line at the next hello.
    forgets: bool,
    /// The server asked to come back after this.
    stay_away: Option<Duration>,
}

/// Why a connection was left.
enum Left {
    Lost,
    /// The run is over.
    Finished,
}

impl Visitor {
    /// A browser that knows nothing yet.
    #[must_use]
    pub fn new(mut context: Context, http: Http, channel: &str) -> Self {
        let is_patient = context.chance.percent(60);
        Self {
            context,
            http,
            channel: channel.to_owned(),
            token: String::new(),
            outbox: Outbox::new(is_patient),
            fold: Fold::default(),
            session: None,
            said: 0,
            links: 0,
            failures: 0,
            files: Vec::new(),
            is_through: None,
            compare_until: None,
            asked_at: None,
            forgets: false,
            stay_away: None,
        }
    }

    /// Lives until the run is over.
    pub async fn run(mut self) {
        self.claim().await;
        loop {
            if let Some(mut link) = self.connect().await
                && let Left::Finished = self.serve(&mut link).await
            {
                return;
            }
            self.outbox.doubt(&self.context);
            if self.context.now() == Phase::Finish {
                self.read_all().await;
                return;
            }
            if let Some(wait) = self.stay_away.take() {
                tokio::time::sleep(wait).await;
            } else {
                self.failures += 1;
                if self.failures >= FALLBACK_AFTER {
                    self.go_by_http().await;
                }
                self.context.back_off(self.failures).await;
            }
        }
    }

    async fn claim(&mut self) {
        let path = format!("/visitor/channels/{}/token", self.channel);
        let body = json!({ "nickname": self.context.name, "language": "en" });
        while self.token.is_empty() {
            if let Answered::Ok { body, .. } = self.http.call(reqwest::Method::POST, &path, &body).await {
                self.token = body["token"].as_str().unwrap_or_default().to_owned();
                let header = format!("Bearer {}", self.token);
                self.http = self.http.clone().with("authorization", &header);
            } else if self.context.now() == Phase::Finish {
                return self.context.is_stuck("never got a token");
            } else {
                self.failures += 1;
                self.context.back_off(self.failures).await;
            }
        }
        self.failures = 0;
    }

    async fn connect(&mut self) -> Option<Link> {
        let mut hello = json!({ "type": "hello", "channel": self.channel, "token": self.token, "language": "en" });
        if !std::mem::take(&mut self.forgets)
            && let Some(session) = self.session.as_ref().and_then(|session| session["id"].as_str())
            && let Some(seq) = self.fold.last(session)
        {
            hello["last"] = json!({ "session_id": session, "seq": seq });
        }
        self.links += 1;
        let invoked = self.context.recorder.now();
        let patience = self.context.pace.welcome;
        let mut link = Link::open(&self.http, "/api/v1/visitor/socket", &hello, self.links, patience).await?;
        let first = tokio::time::timeout(patience, link.next()).await.ok()??;
        if first["type"] == "refused" && first["problem"]["code"] == "not_signed_in" {
            self.context.is_stuck("the desk forgot a token that it had given");
        }
        if first["type"] != "welcome" {
            return None;
        }
        let conversation = &first["conversation"];
        self.glance(invoked, &conversation["session"]);
        self.take_conversation(link.number, conversation, first["resumed"] == true);
        self.failures = 0;
        self.asked_at = None;
        Some(link)
    }

    fn glance(&self, invoked: u64, session: &Value) {
        let (Some(id), Some(last_seq)) = (session["id"].as_str(), session["last_seq"].as_i64()) else {
            return;
        };
        self.context.note(Record::Glance(Glance {
            client: self.context.name.clone(),
            invoked,
            returned: self.context.recorder.now(),
            session: id.to_owned(),
            last_seq,
        }));
    }

    fn take_conversation(&mut self, link: u32, conversation: &Value, resumed: bool) {
        let session = &conversation["session"];
        if !resumed && let Some(id) = session["id"].as_str() {
            self.fold.forget(id);
        }
        self.session = (!session.is_null()).then(|| session.clone());
        self.take_entries(link, &conversation["entries"]);
    }

    fn take_entries(&mut self, link: u32, entries: &Value) {
        for key in self.fold.add(&self.context, link, entries) {
            self.outbox.shown(&self.context, &key);
        }
    }

    /// Works on this connection until it is lost or the run is over.
    async fn serve(&mut self, link: &mut Link) -> Left {
        let mut phase = self.context.phase.clone();
        let mut heard = Instant::now();
        let mut acts = Instant::now() + self.pause();
        let mut compares = Instant::now();
        loop {
            if !self.pump(link).await {
                return Left::Lost;
            }
            let now = self.context.now();
            match now {
                Phase::Talk => {}
                Phase::Drain if self.outbox.is_empty() => self.pass(now),
                Phase::Drain | Phase::Compare => {}
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
                () = sleep_until(acts), if now == Phase::Talk => {
                    acts = Instant::now() + self.pause();
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

    fn pause(&mut self) -> Duration {
        let longest = u64::try_from(self.context.pace.think.as_millis()).unwrap_or(u64::MAX);
        self.context.chance.millis(20..longest)
    }

    fn pass(&mut self, phase: Phase) {
        if self.is_through != Some(phase) {
            self.is_through = Some(phase);
            self.context.is_through();
        }
    }

    /// Sends what may go; whether the connection took it.
    async fn pump(&mut self, link: &mut Link) -> bool {
        while let Some(item) = self.outbox.next() {
            self.outbox.fly(&self.context, &item.key);
            let frame = frame_of(&item);
            // A double click, or a page that is open twice (F37).
            let times = if self.context.chance.percent(4) { 2 } else { 1 };
            for _ in 0..times {
                if !link.send(&frame).await {
                    return false;
                }
            }
        }
        true
    }

    /// Does something; false when it leaves this connection.
    async fn act(&mut self, link: &mut Link) -> bool {
        #[derive(Clone, Copy)]
        enum Act {
            Say,
            Burst,
            Type,
            Read,
            File,
            End,
            Reload,
        }
        let acts = [
            (60, Act::Say),
            (5, Act::Burst),
            (8, Act::Type),
            (12, Act::Read),
            (5, Act::File),
            (4, Act::End),
            (3, Act::Reload),
        ];
        let session = self
            .session
            .as_ref()
            .and_then(|session| session["id"].as_str())
            .map(str::to_owned);
        match self.context.chance.weighted(&acts) {
            Act::Say => self.say(),
            Act::Burst => (0..6).for_each(|_| self.say()),
            Act::Type => return link.send(&json!({ "type": "typing" })).await,
            Act::Read => {
                if let Some(seq) = session.and_then(|session| self.fold.last(&session)) {
                    return link.send(&json!({ "type": "read", "seq": seq })).await;
                }
            }
            Act::File => self.send_file().await,
            Act::End => {
                let is_open = self.session.as_ref().is_some_and(|session| session["stage"] != "ended");
                if let (true, true, Some(session)) = (is_open, self.outbox.is_empty(), session) {
                    self.outbox
                        .add(Kind::End, "", String::new(), json!({ "session_id": session }));
                }
            }
            Act::Reload => {
                self.forgets = self.context.chance.percent(50);
                return false;
            }
        }
        true
    }

    fn say(&mut self) {
        self.said += 1;
        let text = payload(&self.context.name, self.said, &filler(&mut self.context.chance));
        let content = json!({ "type": "text", "text": text });
        self.outbox.add(Kind::Post, "", text, content);
    }

    /// Uploads a file and says it; a lost upload is forgotten, as a person would choose the file again (I20).
    async fn send_file(&mut self) {
        self.said += 1;
        let name = format!("{}-{}.txt", self.context.name, self.said);
        let size = self.context.chance.among(1..40_000);
        let bytes: Vec<u8> = format!("{name} ")
            .bytes()
            .cycle()
            .take(size as usize + name.len())
            .collect();
        let sent = hex(&bytes);
        if let Answered::Ok { body, .. } = self.http.upload("/visitor/attachments", &name, bytes).await
            && let Some(id) = body["id"].as_str()
        {
            self.files.push((id.to_owned(), sent));
            let content = json!({ "type": "file", "attachment_id": id });
            self.outbox.add(Kind::Post, "", format!("attachment:{name}"), content);
        }
    }

    /// Folds a frame; false when this connection is to be left.
    fn on_frame(&mut self, link: u32, frame: &Value) -> bool {
        let key = frame["client_id"].as_str().unwrap_or_default();
        match frame["type"].as_str().unwrap_or_default() {
            "session" => {
                self.session = Some(frame["session"].clone());
            }
            "entries" => self.take_entries(link, &frame["entries"]),
            "ack" => self.outbox.acknowledge(&self.context, key, posted(frame)),
            "ended" => self.ended(key),
            "refused" => {
                let text = |name: &str| frame["problem"][name].as_str().unwrap_or_default();
                self.outbox.refuse(&self.context, key, text("code"), text("class"));
            }
            "resync_required" => {
                self.forgets = true;
                return false;
            }
            "going_away" => {
                let asked = frame["reconnect_after_ms"].as_u64().unwrap_or_default();
                // Our time runs faster than that of pages.
                self.stay_away = Some(Duration::from_millis(asked / 5));
                return false;
            }
            _ => {}
        }
        true
    }

    /// The session that was open when the end was asked for is over.
    fn ended(&mut self, key: &str) {
        let session = self
            .outbox
            .find(key)
            .and_then(|item| item.content["session_id"].as_str());
        let outcome = Outcome::Ok {
            session: session.unwrap_or_default().to_owned(),
            seq: 0,
            entry: String::new(),
        };
        self.outbox.acknowledge(&self.context, key, outcome);
    }

    /// What waits goes by HTTP, one after the other; then a look at what is new.
    async fn go_by_http(&mut self) {
        while let Some(item) = self.outbox.next() {
            self.outbox.fly(&self.context, &item.key);
            let answered = if item.kind == Kind::End {
                let body = json!({ "client_id": item.key });
                self.http.call(reqwest::Method::POST, "/visitor/end", &body).await
            } else {
                let body = json!({ "client_id": item.key, "content": item.content });
                self.http.call(reqwest::Method::POST, "/visitor/messages", &body).await
            };
            match answered {
                Answered::Ok { .. } if item.kind == Kind::End => self.ended(&item.key),
                Answered::Ok { body, .. } => self.outbox.acknowledge(&self.context, &item.key, posted(&body)),
                Answered::Refused { code, class } => self.outbox.refuse(&self.context, &item.key, &code, &class),
                Answered::Lost => return,
            }
        }
        let invoked = self.context.recorder.now();
        if let Answered::Ok { body, .. } = self.http.get("/visitor/conversation").await {
            self.glance(invoked, &body["session"]);
            for entry in body["entries"].as_array().into_iter().flatten() {
                fold::note(&self.context, 0, entry);
            }
        }
    }

    /// Compares what frames made with what a fresh look shows (I24).
    async fn compare(&mut self) {
        let until = *self.compare_until.get_or_insert_with(|| Instant::now() + COMPARE_FOR);
        let Answered::Ok { body: fresh, .. } = self.http.get("/visitor/conversation").await else {
            return;
        };
        let session = self.session.clone().unwrap_or_default();
        let (base, lines) = self.fold.told(session["id"].as_str().unwrap_or_default());
        let told = |entry: &Value| {
            let seq = entry["seq"].as_i64().filter(|seq| *seq > base)?;
            Some(Value::from(format!("{seq} {}", entry["id"].as_str()?)))
        };
        let shown: Vec<Value> = fresh["entries"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(told)
            .collect();
        let tail = lines[lines.len().saturating_sub(shown.len())..].to_vec();
        let folded = json!({ "session": session, "lines": tail });
        let fresh = json!({ "session": fresh["session"], "lines": shown });
        if folded == fresh || Instant::now() > until {
            self.context.note(Record::Fold(crate::history::Fold {
                client: self.context.name.clone(),
                folded,
                fresh,
            }));
            self.pass(Phase::Compare);
        }
    }

    /// Reads everything there is once more: the conversation, all history, all files.
    async fn read_all(&mut self) {
        if !self.outbox.is_empty() {
            self.context.is_stuck("still had something to say at the end");
        }
        self.context.name = format!("{}:final", self.context.name);
        let Some(fresh) = self.insist("/visitor/conversation").await else {
            return;
        };
        let mut first = self.note_all(&fresh["entries"]);
        let mut has_earlier = fresh["has_earlier"] == true;
        while let (Some((session, seq)), true) = (&first, has_earlier) {
            let path = format!("/visitor/history?before_session_id={session}&before_seq={seq}&limit=100");
            let Some(page) = self.insist(&path).await else { return };
            has_earlier = page["has_earlier"] == true;
            first = self.note_all(&page["entries"]);
        }
        for (id, sent) in std::mem::take(&mut self.files) {
            let fetched = match self.http.get(&format!("/visitor/attachments/{id}")).await {
                Answered::Ok { bytes, .. } => hex(&bytes),
                Answered::Refused { code, .. } => code,
                Answered::Lost => "lost".to_owned(),
            };
            self.context.note(Record::Blob(Blob {
                client: self.context.name.clone(),
                attachment: id,
                sent,
                fetched,
            }));
        }
    }

    /// Notes all lines; answers the place of the first.
    fn note_all(&self, entries: &Value) -> Option<(String, i64)> {
        let lines = entries.as_array().into_iter().flatten();
        let noted: Vec<_> = lines.map(|entry| fold::note(&self.context, 0, entry)).collect();
        noted.first().map(|line| (line.session.clone(), line.seq))
    }

    async fn insist(&mut self, path: &str) -> Option<Value> {
        for failures in 0..CALLS {
            if let Answered::Ok { body, .. } = self.http.get(path).await {
                return Some(body);
            }
            self.context.back_off(failures).await;
        }
        self.context.is_stuck(format!("could not read {path}"));
        None
    }
}

fn frame_of(item: &Item) -> Value {
    match item.kind {
        Kind::Post => json!({ "type": "post", "client_id": item.key, "content": item.content }),
        Kind::End => json!({ "type": "end", "client_id": item.key }),
    }
}

/// What an answer to a post says.
pub(super) fn posted(body: &Value) -> Outcome {
    Outcome::Ok {
        session: body["session_id"].as_str().unwrap_or_default().to_owned(),
        seq: body["seq"].as_i64().unwrap_or_default(),
        entry: body["entry_id"].as_str().unwrap_or_default().to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
