//! Everything a handler may know about a call besides its message, the same
//! on every transport. It deliberately holds no transport type.

mod headers;
mod metadata;
mod principal;
mod reply;
mod shared;
mod trace;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use headers::names;
pub use metadata::Metadata;
pub use principal::Principal;
pub use reply::ReplyHeaders;
pub(crate) use shared::CallGuard;
use shared::Shared;
pub use trace::TraceContext;

/// How a call came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// gRPC or gRPC-Web.
    Grpc,
    /// HTTP with JSON, and its streams (server-sent events, NDJSON).
    Rest,
    /// A delivery from a broker.
    Queue,
    /// A direct call in the same process.
    Local,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grpc => "grpc",
            Self::Rest => "rest",
            Self::Queue => "queue",
            Self::Local => "local",
        })
    }
}

/// The circumstances of one call.
///
/// A server makes it from the request; a caller makes one with
/// [`Context::new`] or, inside a handler, with [`Context::child`], which
/// carries deadline, correlation id and trace on.
#[derive(Clone, Debug)]
pub struct Context {
    transport: Transport,
    metadata: Metadata,
    principal: Option<Principal>,
    deadline: Option<Instant>,
    correlation_id: String,
    trace: TraceContext,
    idempotency_key: Option<String>,
    attempt: u32,
    last_event_id: Option<String>,
    shared: Arc<Shared>,
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Context {
    /// A context for a call of one's own: a fresh correlation id and trace,
    /// no deadline.
    pub fn new() -> Self {
        Self::with_trace(Transport::Local, Metadata::new(), None, TraceContext::start())
    }

    fn with_trace(
        transport: Transport,
        metadata: Metadata,
        correlation_id: Option<String>,
        trace: TraceContext,
    ) -> Self {
        Self {
            transport,
            metadata,
            principal: None,
            deadline: None,
            correlation_id: correlation_id.unwrap_or_else(fresh_id),
            trace,
            idempotency_key: None,
            attempt: 1,
            last_event_id: None,
            shared: Arc::default(),
        }
    }

    /// A context for a call made on behalf of this one: same deadline,
    /// correlation id, principal and cancellation, a child span, and no
    /// metadata, so that credentials do not leak onwards by accident.
    #[must_use]
    pub fn child(&self) -> Self {
        let id = Some(self.correlation_id.clone());
        Self {
            principal: self.principal.clone(),
            deadline: self.deadline,
            shared: Arc::new(Shared::with_cancellation(self.cancellation().child_token())),
            ..Self::with_trace(Transport::Local, Metadata::new(), id, self.trace.child())
        }
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The headers of the request.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The headers of the request, to add to before a call.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// Who calls, once a middleware has found out.
    pub fn principal(&self) -> Option<&Principal> {
        self.principal.as_ref()
    }

    /// States who calls.
    pub fn set_principal(&mut self, principal: Principal) {
        self.principal = Some(principal);
    }

    /// When the caller stops waiting.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How long the caller still waits; zero once the deadline has passed.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Brings the deadline forward to `deadline`; a later one changes nothing.
    pub fn limit_deadline(&mut self, deadline: Instant) {
        self.deadline = Some(self.deadline.map_or(deadline, |old| old.min(deadline)));
    }

    /// Sets a deadline `timeout` from now, unless an earlier one stands.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.limit_deadline(Instant::now() + timeout);
        self
    }

    /// The id that all calls of one piece of work share.
    pub fn correlation_id(&self) -> &str {
        &self.correlation_id
    }

    /// The position in the distributed trace.
    pub fn trace(&self) -> &TraceContext {
        &self.trace
    }

    /// The key under which a repeated request has its effect only once.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Sets the key under which a repeated request has its effect only once.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Which attempt at this delivery it is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// States which attempt at this delivery it is, from 1.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// The last event that a resuming client has seen.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }

    /// States the last event that a resuming client has seen.
    #[must_use]
    pub fn with_last_event_id(mut self, id: Option<String>) -> Self {
        self.last_event_id = id;
        self
    }

    /// Fires when the caller has gone, the deadline has passed or the server
    /// stops waiting. A handler future is dropped as well; tasks that it
    /// spawned watch this token.
    pub fn cancellation(&self) -> &CancellationToken {
        self.shared.cancellation()
    }

    /// Ends the call, and so fires [`cancellation`](Self::cancellation), when
    /// it is dropped.
    pub(crate) fn guard(&self) -> CallGuard {
        CallGuard(Arc::clone(&self.shared))
    }

    /// Sets a header of the reply; returns whether it is well-formed.
    pub fn set_reply_header(&self, name: &str, value: &str) -> bool {
        self.shared.reply().insert(name, value)
    }

    /// The headers of the reply, for a transport to keep while the context
    /// goes to the handler.
    pub fn reply_headers(&self) -> ReplyHeaders {
        ReplyHeaders::new(self, Arc::clone(&self.shared))
    }
}

/// A `UUIDv7`. It identifies and keeps no secret: a fast generator will do.
fn fresh_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    let random = fastrand::u128(..).to_be_bytes();
    let id = random.first_chunk().map_or(Uuid::nil(), |random| {
        uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid()
    });
    id.to_string()
}
