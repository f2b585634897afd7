//! API calls: tries, answers and defaults (FLOW-09, R12).

use super::{CALL_BUDGET_SECONDS, CALL_TIMEOUT_SECONDS, MAX_CALLS_PER_SESSION, Served, Walk};
use crate::flow::call;
use crate::flow::node::{CallApi, NodeKind, port};
use crate::flow::run::{ApiCall, Effect, FallbackReason, RunState};
use crate::moment::Moment;

impl Walk<'_> {
    /// Makes a try; `false` when none can be made any more.
    pub(super) fn try_call(&mut self, node: &CallApi, attempt: i64, since: Moment) -> bool {
        let left = CALL_BUDGET_SECONDS - self.now.millis_since(since) / 1000;
        if attempt > node.max_errors || left <= 0 || self.run.calls >= MAX_CALLS_PER_SESSION {
            return false;
        }
        let Some(url) = call::address(&node.url, |name| self.value(name)) else {
            return false;
        };
        self.run.calls += 1;
        let wanted = if node.timeout_seconds > 0 {
            node.timeout_seconds
        } else {
            CALL_TIMEOUT_SECONDS
        };
        self.effects.push(Effect::CallApi(ApiCall {
            call: self.run.calls,
            node: self.run.node.clone(),
            attempt,
            url: url.into(),
            body: call::body(node, |name| self.value(name)),
            headers: node.headers.clone(),
            signing_secret_id: node.signing_secret_id,
            timeout_seconds: wanted.min(left),
        }));
        self.run.state = RunState::Calling {
            call: self.run.calls,
            attempt,
            since,
        };
        true
    }

    pub(super) fn take_defaults(&mut self, node: &CallApi) {
        for result in &node.results {
            self.run
                .variables
                .insert(result.variable.clone(), call::keep(&result.default));
        }
    }

    pub(super) fn api_answered(&mut self, attempt: i64, since: Moment, body: &str) {
        let results = match self.here() {
            Some(NodeKind::CallApi(node)) => call::results(node, body),
            _ => None,
        };
        match results {
            Some(results) => {
                self.run.variables.extend(results);
                self.leave_by(port::NEXT, Served::No);
            }
            None => self.api_failed(attempt, since),
        }
    }

    pub(super) fn api_failed(&mut self, attempt: i64, since: Moment) {
        let Some(NodeKind::CallApi(node)) = self.here() else {
            return self.fall_back(FallbackReason::NoWayOn);
        };
        if !self.try_call(node, attempt.saturating_add(1), since) {
            self.take_defaults(node);
            self.leave_by(port::NEXT, Served::No);
        }
    }
}
