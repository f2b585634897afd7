//! What use cases count (OPS-07): of this node, since its start. Never a label that names a visitor or a message.
//!
//! Each handle is looked up once; counting is one atomic addition after that.

use std::sync::LazyLock;
use std::time::Instant;

use domain::flow::CallOutcome;
use domain::session::{Session, Stage};
use metrics::{Counter, Histogram, Unit, counter, describe_counter, describe_histogram, histogram};

/// Messages that are durable, and how long that took, for one kind of sender.
pub(crate) struct Messages {
    count: Counter,
    seconds: Histogram,
}

impl Messages {
    fn from(sender: &'static str) -> Self {
        Self {
            count: counter!("frontdesk_messages_total", "from" => sender),
            seconds: histogram!("frontdesk_message_seconds", "from" => sender),
        }
    }

    /// Counts a message that was asked for at `began` and is durable now.
    pub(crate) fn count(&self, began: Instant) {
        self.count.increment(1);
        self.seconds.record(began.elapsed());
    }
}

pub(crate) static FROM_VISITORS: LazyLock<Messages> = LazyLock::new(|| Messages::from("visitor"));
pub(crate) static FROM_AGENTS: LazyLock<Messages> = LazyLock::new(|| Messages::from("agent"));
static STARTED: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_sessions_started_total"));
static ENDED: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_sessions_ended_total"));
static WAITS: LazyLock<Histogram> = LazyLock::new(|| histogram!("frontdesk_assignment_wait_seconds"));
pub(crate) static RESCUES: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_reception_rescues_total"));
pub(crate) static TIMERS: LazyLock<Histogram> = LazyLock::new(|| histogram!("frontdesk_timer_late_seconds"));
pub(crate) static MAILS_SENT: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_mails_total", "outcome" => "sent"));
pub(crate) static MAILS_AGAIN: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_mails_total", "outcome" => "again"));
pub(crate) static MAILS_DEAD: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_mails_total", "outcome" => "dead"));

/// Counts a call of a flow.
pub(crate) fn api_call(outcome: CallOutcome) {
    counter!("frontdesk_api_calls_total", "outcome" => outcome.as_str()).increment(1);
}

/// Names everything to the recorder, so that it stands there as zero from the start.
pub fn announce() {
    describe_counter!("frontdesk_messages_total", "Messages that were taken and are durable.");
    describe_histogram!(
        "frontdesk_message_seconds",
        Unit::Seconds,
        "From taking a message up until it is durable."
    );
    describe_counter!("frontdesk_sessions_started_total", "Sessions that began.");
    describe_counter!("frontdesk_sessions_ended_total", "Sessions that ended.");
    describe_histogram!(
        "frontdesk_assignment_wait_seconds",
        Unit::Seconds,
        "How long sessions waited in their queue for an agent."
    );
    describe_counter!(
        "frontdesk_reception_rescues_total",
        "Sessions found waiting beside a free agent. Must stay 0."
    );
    describe_histogram!(
        "frontdesk_timer_late_seconds",
        Unit::Seconds,
        "How late timers fired; those of a restart are late by its length."
    );
    describe_counter!(
        "frontdesk_api_calls_total",
        "Calls of flows to outside services, by what came of them."
    );
    describe_counter!("frontdesk_mails_total", "Mails: sent, to be tried again, given up.");
    LazyLock::force(&FROM_VISITORS);
    LazyLock::force(&FROM_AGENTS);
    LazyLock::force(&WAITS);
    LazyLock::force(&TIMERS);
    for counter in [&STARTED, &ENDED, &RESCUES, &MAILS_SENT, &MAILS_AGAIN, &MAILS_DEAD] {
        LazyLock::force(counter);
    }
}

/// What one commit did to sessions. Counted only after it is durable: a body may run more than once.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    started: u64,
    ended: u64,
    waited_ms: Vec<i64>,
}

impl Tally {
    /// Compares a session with what it was before.
    pub(crate) fn add(&mut self, before: Option<&Session>, after: &Session) {
        self.started += u64::from(before.is_none());
        let was_over = before.is_some_and(Session::is_ended);
        self.ended += u64::from(after.is_ended() && !was_over);
        let was_waiting = before.is_some_and(|before| matches!(before.stage, Stage::Waiting(_)));
        if let (true, Stage::Active { place, since, .. }) = (was_waiting, &after.stage) {
            self.waited_ms.push(since.millis_since(place.since));
        }
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.started += other.started;
        self.ended += other.ended;
        self.waited_ms.extend(other.waited_ms);
    }

    pub(crate) fn count(self) {
        if self.started > 0 {
            STARTED.increment(self.started);
        }
        if self.ended > 0 {
            ENDED.increment(self.ended);
        }
        for waited in self.waited_ms {
            WAITS.record(seconds(waited));
        }
    }
}

/// Milliseconds of the desk's clock as seconds; a clock that stepped back counts as none.
#[expect(clippy::cast_precision_loss, reason = "no wait lasts 285,000 years")]
pub(crate) fn seconds(millis: i64) -> f64 {
    millis.max(0) as f64 / 1_000.0
}
