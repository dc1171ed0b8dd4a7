//! The tables of the probe's service: short leases, short pauses, few attempts.

use std::time::Duration;

use super::message::{FIELDS, JOB, Job};
use crate::codec::Field;
use crate::service::{Backoff, Endpoint, Method, QueueRoute, ServiceInfo, Shape};
use crate::status::ErrorShape;

/// The index of the rpc that answers once.
pub const RUN: usize = 0;
/// The index of the rpc that answers with a stream.
pub const STREAM: usize = 1;
/// The index of the rpc whose requests are ordered by name.
pub const ORDERED: usize = 2;
/// The index of the rpc that is not served over a queue.
pub const UNQUEUED: usize = 3;
/// The index of the rpc whose requests are the same work where their names are.
pub const KEYED: usize = 4;

/// The rpc that answers once, by name.
pub const RUNNING: Endpoint<Job, Job> = Endpoint::new(&INFO, RUN);

static METHODS: [Method; 5] = [
    method("Run", Shape::Unary),
    method("Stream", Shape::ServerStream),
    method("Ordered", Shape::Unary),
    method("Unqueued", Shape::Unary),
    method("Keyed", Shape::Unary),
];

const fn method(name: &'static str, shape: Shape) -> Method {
    let (input, output) = (&JOB, &JOB);
    Method { shape, ..Method::unary(name, input, output) }
}

static BY_NAME: [&Field; 1] = [&FIELDS[0]];

static ROUTES: [QueueRoute; 4] = [
    route(RUN, "probe.run", "probe.run.dead", None),
    route(STREAM, "probe.stream", "probe.stream.dead", None),
    route(ORDERED, "probe.ordered", "probe.ordered.dead", Some(&BY_NAME)),
    QueueRoute {
        idempotency_key: Some(&BY_NAME),
        ..route(KEYED, "probe.keyed", "probe.keyed.dead", None)
    },
];

const fn route(
    method: usize,
    subject: &'static str,
    dead_letter: &'static str,
    ordering_key: Option<&'static [&'static Field]>,
) -> QueueRoute {
    QueueRoute {
        method,
        subject,
        group: "probe",
        dead_letter,
        max_deliveries: 3,
        ack_wait: Duration::from_millis(600),
        concurrency: 4,
        ordering_key,
        idempotency_key: None,
        backoff: Backoff {
            initial: Duration::from_millis(10),
            max: Duration::from_millis(50),
            multiplier: 2.0,
        },
    }
}

/// The table of the probe's service.
pub static INFO: ServiceInfo = ServiceInfo {
    name: "agentgen.probe.Probe",
    methods: &METHODS,
    error_shape: ErrorShape::Aip193,
    grpc: &[],
    http: &[],
    sse: &[],
    queue: &ROUTES,
    openapi: "",
    asyncapi: "",
    tools: &[],
    descriptors: &[],
    digest: "0000",
};
