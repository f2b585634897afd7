//! One run: a fresh desk, people, a nemesis, then peace, and the verdict.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use store::Engine;
use testkit::CHANNEL;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::chance::Chance;
use crate::checker::{self, Finding};
use crate::desk::{Desk, Wanted};
use crate::export::{self, Export};
use crate::history::{Fault, Outcome, Record, Recorder};
use crate::load::{Agent, Context, Http, Pace, Phase, Visitor};
use crate::nemesis::Nemesis;
use crate::proxy::Proxy;
use crate::setup;

/// How long the end of a run may take.
struct Patience {
    /// Everybody finishes what was begun, once everything was mended.
    drain: Duration,
    /// Peace before pictures are compared: longer than anybody may wait beside a free agent (I12).
    peace: Duration,
    /// Pictures become the same.
    compare: Duration,
    /// Everything is read once more.
    finish: Duration,
}

impl Patience {
    fn of(plan: &Plan) -> Self {
        // A server that is wrong on purpose may never come to rest; what is wrong with it shows anyway.
        let [drain, peace, compare, finish] = match &plan.planted {
            None => [45, 6, 25, 60],
            Some(_) => [4, 0, 1, 20],
        }
        .map(Duration::from_secs);
        Self {
            drain,
            peace,
            compare,
            finish,
        }
    }
}

/// What to do.
#[derive(Clone)]
pub struct Plan {
    /// One node on SQLite, or two on PostgreSQL and NATS.
    pub engine: Engine,
    /// Where every choice comes from.
    pub seed: u64,
    /// How long things break.
    pub time: Duration,
    /// People who talk.
    pub visitors: usize,
    /// People who answer.
    pub agents: usize,
    /// The program; the one beside the tests when left out.
    pub binary: Option<PathBuf>,
    /// The NATS server of two nodes.
    pub nats_url: Option<String>,
    /// A fault that is planted in the server.
    pub planted: Option<String>,
}

/// What a run was like.
#[derive(Debug)]
pub struct Verdict {
    /// What must not be; nothing when all is well.
    pub findings: BTreeSet<Finding>,
    /// Counts of what happened, for people.
    pub told: String,
    /// Everything that the run left: history, export, logs.
    pub folder: PathBuf,
}

/// Runs a plan in a folder of its own, which stays when something was found.
///
/// # Errors
/// When the desk cannot be run at all.
pub async fn run(plan: &Plan) -> Result<Verdict> {
    let folder = tempfile::Builder::new().prefix("frontdesk-chaos-").tempdir()?.keep();
    let verdict = Run::begin(plan, &folder)
        .await
        .with_context(|| format!("seed {}, in {}", plan.seed, folder.display()));
    let verdict = match verdict {
        Ok(run) => run
            .go(plan)
            .await
            .with_context(|| format!("seed {}, in {}", plan.seed, folder.display()))?,
        Err(error) => return Err(error),
    };
    if verdict.findings.is_empty() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(verdict)
}

struct Run {
    folder: PathBuf,
    desk: Arc<Desk>,
    recorder: Arc<Recorder>,
    proxies: Vec<Arc<Proxy>>,
    phase: watch::Sender<Phase>,
    through: Arc<watch::Sender<usize>>,
    clients: JoinSet<()>,
    began: i64,
}

impl Run {
    async fn begin(plan: &Plan, folder: &Path) -> Result<Self> {
        let mut chance = Chance::of(plan.seed, "desk");
        let wanted = Wanted {
            binary: plan.binary.clone(),
            folder: folder.to_owned(),
            engine: plan.engine,
            nats_url: plan.nats_url.clone(),
        };
        let desk = Arc::new(Desk::start(&wanted, &mut chance).await?);
        let address = desk.nodes[0].address().context("a node that runs")?;
        let accounts = setup::fill(address, plan.agents).await?;
        if let Some(fault) = &plan.planted {
            for node in &desk.nodes {
                node.plant(fault).await?;
            }
        }
        let mut run = Self {
            folder: folder.to_owned(),
            desk,
            recorder: Arc::new(Recorder::new(folder)?),
            proxies: Vec::new(),
            phase: watch::Sender::new(Phase::Talk),
            through: Arc::new(watch::Sender::new(0)),
            clients: JoinSet::new(),
            began: wall_clock(),
        };
        for (number, account) in (1..).zip(accounts) {
            let context = run.context(plan, format!("a{number}"));
            let http = run.way_in(plan, &context).await?;
            run.clients.spawn(Agent::new(context, http, account).run());
        }
        for number in 1..=plan.visitors {
            let context = run.context(plan, format!("v{number}"));
            let http = run.way_in(plan, &context).await?;
            run.clients.spawn(Visitor::new(context, http, CHANNEL).run());
        }
        Ok(run)
    }

    fn context(&self, plan: &Plan, name: String) -> Context {
        Context {
            chance: Chance::of(plan.seed, &name),
            name,
            recorder: Arc::clone(&self.recorder),
            pace: Pace::default(),
            phase: self.phase.subscribe(),
            through: Arc::clone(&self.through),
        }
    }

    /// A client's own way to the nodes.
    async fn way_in(&mut self, plan: &Plan, context: &Context) -> Result<Http> {
        let named = |what: &str| Chance::of(plan.seed, &format!("{what} of {}", context.name));
        let proxy = Proxy::open(self.desk.upstream(named("way")), named("proxy")).await?;
        let address: SocketAddr = proxy.address;
        self.proxies.push(Arc::new(proxy));
        Http::new(address, context.pace.answer)
    }

    async fn go(mut self, plan: &Plan) -> Result<Verdict> {
        let nemesis = Nemesis {
            desk: Arc::clone(&self.desk),
            proxies: self.proxies.clone(),
            recorder: Arc::clone(&self.recorder),
            chance: Chance::of(plan.seed, "nemesis"),
        };
        nemesis.rage(plan.time).await?;
        let patience = Patience::of(plan);
        self.turn(Phase::Drain, patience.drain, patience.peace).await;
        self.turn(Phase::Compare, patience.compare, Duration::ZERO).await;
        self.phase.send_replace(Phase::Finish);
        let mut findings = BTreeSet::new();
        let all = async { while self.clients.join_next().await.is_some_and(|ended| ended.is_ok()) {} };
        if timeout(patience.finish, all).await.is_err() || !self.clients.is_empty() {
            findings.insert(finding("I12", "a client did not come to its end"));
        }
        findings.extend(self.fallen().await);
        self.desk.stop().await?;
        let export = export::read(self.desk.settings(), self.began).await?;
        let history = self.recorder.all();
        fs::write(self.folder.join("export.json"), serde_json::to_vec_pretty(&export)?)?;
        findings.extend(checker::check(&history, &export));
        findings.extend(self.logged(plan));
        findings.extend(self.desk.check().await.map(|says| finding("C18", says)));
        let verdict = Verdict {
            told: told(&history, &export),
            findings,
            folder: self.folder.clone(),
        };
        self.proxies.clear();
        if let Ok(desk) = Arc::try_unwrap(self.desk)
            && verdict.findings.is_empty()
        {
            desk.remove().await;
        }
        Ok(verdict)
    }

    /// Tells everybody the next phase and waits until all are through with it, or too long.
    async fn turn(&mut self, phase: Phase, patience: Duration, at_least: Duration) {
        self.through.send_replace(0);
        let everybody = self.clients.len();
        self.phase.send_replace(phase);
        self.recorder.note(Record::Fault(Fault {
            at: self.recorder.now(),
            what: "heal".to_owned(),
        }));
        let mut through = self.through.subscribe();
        let ((), _) = tokio::join!(
            tokio::time::sleep(at_least),
            timeout(patience, through.wait_for(|count| *count >= everybody))
        );
    }

    /// Nodes that ended though nobody told them to.
    async fn fallen(&self) -> Vec<Finding> {
        let mut fallen = Vec::new();
        for node in &self.desk.nodes {
            if node.has_fallen().await {
                fallen.push(finding("I27", format!("node {} ended by itself", node.name)));
            }
        }
        fallen
    }

    /// What the nodes said that they must never say.
    fn logged(&self, plan: &Plan) -> Vec<Finding> {
        let logs = self.desk.logs();
        let mut said = Vec::new();
        if let Some(line) = logs.lines().find(|line| line.contains("panicked")) {
            said.push(finding("I27", format!("a node panicked: {line}")));
        }
        // With one node no bell is lost, so nobody needs to be found by the watchdog (U5).
        let rescue = logs.lines().find(|line| line.contains("waited beside a free agent"));
        if let (Engine::Sqlite, Some(line)) = (plan.engine, rescue) {
            said.push(finding("I12", format!("the watchdog had to help: {line}")));
        }
        said
    }
}

fn finding(invariant: &'static str, says: impl Into<String>) -> Finding {
    Finding {
        invariant,
        says: says.into(),
    }
}

/// Milliseconds since 1970, for comparing with the stamps of lines.
fn wall_clock() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn told(history: &[Record], export: &Export) -> String {
    let count = |wanted: &dyn Fn(&Record) -> bool| history.iter().filter(|record| wanted(record)).count();
    let outcome =
        |wanted: &dyn Fn(&Outcome) -> bool| count(&|record| matches!(record, Record::Op(op) if wanted(&op.outcome)));
    format!(
        "{} faults; {} attempts acknowledged, {} in doubt, {} refused; {} lines seen; {} sessions with {} lines stored",
        count(&|record| matches!(record, Record::Fault(fault) if fault.what != "heal")),
        outcome(&|outcome| matches!(outcome, Outcome::Ok { .. })),
        outcome(&|outcome| matches!(outcome, Outcome::Unknown)),
        outcome(&|outcome| matches!(outcome, Outcome::Fail { .. })),
        count(&|record| matches!(record, Record::Line(_))),
        export.sessions.len(),
        export.entries.values().map(Vec::len).sum::<usize>(),
    )
}
