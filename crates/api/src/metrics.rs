//! What is counted at the edge (OPS-07): requests by their route's template, live connections, frames.
//!
//! Each handle is looked up once; counting is one atomic addition after that. Labels come from closed sets of ours,
//! never from what a request says.

mod http;

use std::sync::LazyLock;

use metrics::{Counter, Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};

pub use http::{Http, count};

pub(crate) static VISITOR_SOCKETS: LazyLock<Gauge> = LazyLock::new(|| gauge!("frontdesk_sockets", "kind" => "visitor"));
pub(crate) static AGENT_SOCKETS: LazyLock<Gauge> = LazyLock::new(|| gauge!("frontdesk_sockets", "kind" => "agent"));
pub(crate) static FRAMES_SENT: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_socket_frames_sent_total"));
pub(crate) static FRAMES_RECEIVED: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_socket_frames_received_total"));
/// Connections that were ended because they did not read fast enough (C10).
pub(crate) static SLOW_CLOSED: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_sockets_closed_total", "reason" => "slow"));
/// Connections that were ended because they went silent, or went away (C11).
pub(crate) static GONE_CLOSED: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_sockets_closed_total", "reason" => "gone"));
/// Connections that we ended for any other reason: protocol, sign-in over, restart.
pub(crate) static OTHERS_CLOSED: LazyLock<Counter> =
    LazyLock::new(|| counter!("frontdesk_sockets_closed_total", "reason" => "other"));

/// Names everything to the recorder, so that it stands there as zero from the start.
pub fn announce() {
    describe_gauge!("frontdesk_sockets", "Live connections of this node.");
    describe_counter!("frontdesk_socket_frames_sent_total", "Frames sent to browsers.");
    describe_counter!(
        "frontdesk_socket_frames_received_total",
        "Frames received from browsers."
    );
    describe_counter!(
        "frontdesk_sockets_closed_total",
        "Live connections that ended: slow readers, those that went, others."
    );
    describe_counter!(
        "frontdesk_http_requests_total",
        "Requests by the route's template, method and status."
    );
    describe_histogram!(
        "frontdesk_http_request_seconds",
        Unit::Seconds,
        "From a request's head until its answer's head."
    );
    for gauge in [&VISITOR_SOCKETS, &AGENT_SOCKETS] {
        LazyLock::force(gauge);
    }
    for counter in [
        &FRAMES_SENT,
        &FRAMES_RECEIVED,
        &SLOW_CLOSED,
        &GONE_CLOSED,
        &OTHERS_CLOSED,
    ] {
        LazyLock::force(counter);
    }
}
