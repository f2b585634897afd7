//! The desk as a process, on a new database with the people that a scenario needs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use domain::ids::{SessionId, TenantId};
use serde_json::{Value, json};
use store::DatabaseUrl;
use store::entries::View;

use super::Serving;
use crate::link::Link;
use crate::load::Pair;
use crate::people::{self, CHANNEL, People, Place, Wish};
use crate::scan;

/// Settings that are raised because all load comes from one address and few people; each is still checked on every call.
const RAISED: [(&str, &str); 5] = [
    ("FRONTDESK_LIMITS__MESSAGE_BURST", "1000000"),
    ("FRONTDESK_LIMITS__MESSAGES_PER_MINUTE", "1000000"),
    ("FRONTDESK_LIMITS__SESSIONS_PER_ADDRESS", "1000000"),
    ("FRONTDESK_LIMITS__SOCKETS_PER_ADDRESS", "1000000"),
    ("FRONTDESK_LIMITS__SOCKETS_PER_AGENT", "1000"),
];
/// Lines read at once when everything is counted.
const PAGE: i64 = 5_000;

/// Where a desk keeps its data and how many nodes it has.
#[derive(Debug, Clone)]
pub struct Site {
    /// The program.
    pub program: PathBuf,
    /// The folder of this run.
    pub folder: PathBuf,
    /// A new PostgreSQL database; without it SQLite in the folder.
    pub postgres: Option<String>,
    /// The address of NATS, when there are two nodes.
    pub nats: Option<String>,
}

/// A desk of one or two nodes, with its people.
pub struct Desk {
    site: Site,
    /// Visitors' node first; the agents' is the last.
    pub nodes: Vec<Serving>,
    /// Who may come.
    pub people: People,
    /// Where everything hangs.
    pub place: Place,
    /// The pairs' sessions.
    sessions: Vec<SessionId>,
}

impl Site {
    fn url(&self) -> Result<DatabaseUrl> {
        Ok(match &self.postgres {
            Some(url) => url.parse()?,
            None => DatabaseUrl::Sqlite(self.folder.join("frontdesk.db")),
        })
    }

    /// Starts a node on what is in the database.
    ///
    /// # Errors
    /// When it does not start.
    pub fn serve(&self, name: &str) -> Result<Serving> {
        let data = self.folder.to_string_lossy().into_owned();
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--data-dir", &data];
        if let Some(url) = &self.postgres {
            arguments.extend(["--database-url", url]);
        }
        if let Some(nats) = &self.nats {
            arguments.extend(["--nats-url", nats, "--node-name", name]);
        }
        let arguments: Vec<_> = arguments.into_iter().map(str::as_ref).collect();
        let mut environment: Vec<_> = RAISED.map(|(name, value)| (name, value.to_owned())).to_vec();
        environment.push(("FRONTDESK_SECRETS__KEY", "07".repeat(32)));
        Serving::start(&self.program, &arguments, &environment, &self.folder.join("server.log"))
    }

    /// Fills the new database.
    ///
    /// # Errors
    /// When it is not new.
    pub fn fill(&self, wish: Wish) -> Result<(Place, People)> {
        let url = self.url()?;
        block_on(async {
            let app = people::open(&url, &self.folder).await?;
            let filled = people::add(&app, wish).await;
            app.store.close().await;
            filled
        })
    }
}

impl Desk {
    /// A desk on a new database.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(site: Site, wish: Wish) -> Result<Self> {
        let (place, people) = site.fill(wish)?;
        let names: &[&str] = if site.nats.is_some() { &["one", "two"] } else { &["one"] };
        let nodes = names.iter().map(|name| site.serve(name)).collect::<Result<_>>()?;
        Ok(Self {
            site,
            nodes,
            people,
            place,
            sessions: Vec::new(),
        })
    }

    /// The first node.
    #[must_use]
    pub fn node(&self) -> &Serving {
        &self.nodes[0]
    }

    /// Connects as many pairs: each agent gets one visitor's session, by routing.
    ///
    /// # Errors
    /// When routing does not give each agent one.
    pub fn pairs(&mut self, count: usize) -> Result<Vec<Pair>> {
        let last = self.nodes.last().context("no node")?;
        let mut agents = Vec::with_capacity(count);
        for token in &self.people.agents[..count] {
            agents.push(agent(&last.address, token)?);
        }
        let mut visitors = HashMap::with_capacity(count);
        for token in &self.people.visitors[..count] {
            let (link, session) = talking_visitor(&self.node().address, token)?;
            visitors.insert(session, link);
        }
        let mut pairs = Vec::with_capacity(count);
        for mut link in agents {
            let frame = link.hear("session")?;
            let session = frame["session"]["id"]
                .as_str()
                .context("a session without an id")?
                .to_owned();
            let visitor = visitors.remove(&session).context("a session of nobody")?;
            self.sessions.push(session.parse()?);
            pairs.push(Pair {
                links: [visitor, link],
                heads: [String::new(), format!(r#""session_id":"{session}","#)],
            });
        }
        Ok(pairs)
    }

    /// Stops all nodes and compares what is stored with what was acknowledged: nothing missing, doubled or out of
    /// order in any session.
    ///
    /// # Errors
    /// When it differs.
    pub fn stop_and_count(self, acked: &[[u64; 2]]) -> Result<()> {
        for node in self.nodes {
            node.stop()?;
        }
        let url = self.site.url()?;
        block_on(async {
            let app = people::open(&url, &self.site.folder).await?;
            for (pair, session) in self.sessions.iter().enumerate() {
                let stored = stored(&app, self.place.tenant, *session, pair).await?;
                ensure!(
                    stored == acked[pair],
                    "pair {pair}: {:?} acknowledged, {stored:?} stored",
                    acked[pair]
                );
            }
            app.store.close().await;
            Ok(())
        })
    }
}

/// How many messages of each side a session's log holds; they must be numbered without gap.
async fn stored(app: &app::App, tenant: TenantId, session: SessionId, pair: usize) -> Result<[u64; 2]> {
    let mut reader = app.store.reader();
    let (mut counts, mut seq) = ([0_u64; 2], 0);
    loop {
        let lines = store::entries::after(&mut reader, (tenant, session), seq, PAGE, View::Desk).await?;
        let Some(last) = lines.last() else { return Ok(counts) };
        ensure!(
            last.entry.seq - seq == lines.len() as i64,
            "session {session}: numbers are missing"
        );
        seq = last.entry.seq;
        for line in &lines {
            let Some(key) = &line.entry.client_id else { continue };
            let frame = format!(r#"{{"client_id":"{}""#, key.as_str());
            let Some(mark) = scan::acked(&frame) else { continue };
            ensure!(
                (mark.pair, mark.number) == (pair, counts[mark.side]),
                "session {session}: {mark:?} is stored where {} should be",
                counts[mark.side]
            );
            counts[mark.side] += 1;
        }
    }
}

/// An agent's page.
///
/// # Errors
/// When the desk refuses it.
pub fn agent(address: &str, token: &str) -> Result<Link> {
    let headers = [
        ("cookie", format!("frontdesk={token}")),
        ("origin", format!("http://{address}")),
    ];
    let mut link = Link::open(address, "/api/v1/agent/socket", &headers)?;
    link.say(r#"{"type":"hello"}"#)?;
    link.hear("welcome")?;
    Ok(link)
}

/// A visitor's page.
///
/// # Errors
/// When the desk refuses it.
pub fn visitor(address: &str, token: &str) -> Result<Link> {
    let mut link = Link::open(address, "/api/v1/visitor/socket", &[])?;
    let hello = json!({ "type": "hello", "channel": CHANNEL, "token": token, "language": "en" });
    link.say(&hello.to_string())?;
    link.hear("welcome")?;
    Ok(link)
}

/// A visitor's page with an open session; answers that session's id too.
///
/// # Errors
/// When the desk refuses it.
pub fn talking_visitor(address: &str, token: &str) -> Result<(Link, String)> {
    let mut link = visitor(address, token)?;
    let post = json!({ "type": "post", "client_id": "hello", "content": { "type": "text", "text": "Hello?" } });
    link.say(&post.to_string())?;
    let ack: Value = link.hear("ack")?;
    let session = ack["session_id"]
        .as_str()
        .context("an ack without a session")?
        .to_owned();
    Ok((link, session))
}

/// Runs what the store does.
///
/// # Errors
/// What that says.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(work)
}

/// A new folder below `work`, removed when dropped.
///
/// # Errors
/// When it cannot be made.
pub fn new_folder(work: &Path) -> Result<tempfile::TempDir> {
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(work)?)
}
