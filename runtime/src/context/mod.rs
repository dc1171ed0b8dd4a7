//! Everything a handler may know about a call besides its message, the same
//! on every transport. It deliberately holds no transport type.

mod correlation;
mod headers;
mod metadata;
mod pairs;
mod principal;
mod reply;
mod shared;
mod trace;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use correlation::CorrelationId;
#[cfg(feature = "grpc")]
pub(crate) use headers::check_grpc_timeout;
pub use headers::names;
#[cfg(feature = "server")]
pub(crate) use headers::reply_ids;
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
    /// The Connect protocol.
    Connect,
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
            Self::Connect => "connect",
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
    /// Behind a pointer, since a context passes through many hands on its way
    /// to the handler, and each of them moves it.
    own: Box<Own>,
    shared: Arc<Shared>,
}

/// What each clone of a context has to itself.
#[derive(Clone, Debug)]
struct Own {
    transport: Transport,
    metadata: Metadata,
    principal: Option<Principal>,
    deadline: Option<Instant>,
    idempotency_key: Option<String>,
    attempt: u32,
    last_event_id: Option<String>,
    query: Option<Box<str>>,
    /// The turn of the queue's gate that it is handled in.
    #[cfg(feature = "queue")]
    turn: Option<u64>,
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
        let shared = Shared::new(CorrelationId::fresh(), TraceContext::start());
        Self::with_shared(Transport::Local, Metadata::new(), shared)
    }

    fn with_shared(transport: Transport, metadata: Metadata, shared: Shared) -> Self {
        let own = Own {
            transport,
            metadata,
            principal: None,
            deadline: None,
            idempotency_key: None,
            attempt: 1,
            last_event_id: None,
            query: None,
            #[cfg(feature = "queue")]
            turn: None,
        };
        Self { own: Box::new(own), shared: Arc::new(shared) }
    }

    /// A context for a call made on behalf of this one: same deadline,
    /// correlation id, principal and cancellation, a child span, and no
    /// metadata, so that credentials do not leak onwards by accident.
    #[must_use]
    pub fn child(&self) -> Self {
        let Shared { correlation_id, trace, .. } = &*self.shared;
        let shared = Shared::new(correlation_id.clone(), trace.child());
        let shared = shared.with_cancellation(self.cancellation().child_token());
        let mut child = Self::with_shared(Transport::Local, Metadata::new(), shared);
        child.own.principal.clone_from(&self.own.principal);
        child.own.deadline = self.own.deadline;
        #[cfg(feature = "queue")]
        {
            child.own.turn = self.own.turn;
        }
        child
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.own.transport
    }

    /// The headers of the request.
    pub fn metadata(&self) -> &Metadata {
        &self.own.metadata
    }

    /// The headers of the request, to add to before a call.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.own.metadata
    }

    /// Who calls, once a middleware has found out.
    pub fn principal(&self) -> Option<&Principal> {
        self.own.principal.as_ref()
    }

    /// States who calls.
    pub fn set_principal(&mut self, principal: Principal) {
        self.own.principal = Some(principal);
    }

    /// When the caller stops waiting.
    pub fn deadline(&self) -> Option<Instant> {
        self.own.deadline
    }

    /// How long the caller still waits; zero once the deadline has passed.
    pub fn time_left(&self) -> Option<Duration> {
        self.own.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Brings the deadline forward to `deadline`; a later one changes nothing.
    pub fn limit_deadline(&mut self, deadline: Instant) {
        self.own.deadline = Some(self.own.deadline.map_or(deadline, |old| old.min(deadline)));
    }

    /// Sets a deadline `timeout` from now, unless an earlier one stands.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.limit_deadline(Instant::now() + timeout);
        self
    }

    /// For work that nobody waits for.
    #[cfg(feature = "queue")]
    pub(crate) fn without_deadline(mut self) -> Self {
        self.own.deadline = None;
        self
    }

    /// In which turn of the queue's gate it is handled; its children are so too.
    #[cfg(feature = "queue")]
    pub(crate) fn turn(&self) -> Option<u64> {
        self.own.turn
    }

    #[cfg(feature = "queue")]
    pub(crate) fn in_turn(mut self, turn: Option<u64>) -> Self {
        self.own.turn = turn;
        self
    }

    /// The id that all calls of one piece of work share.
    pub fn correlation_id(&self) -> &str {
        self.shared.correlation_id.as_str()
    }

    /// The position in the distributed trace.
    pub fn trace(&self) -> &TraceContext {
        &self.shared.trace
    }

    /// The key under which a repeated request has its effect only once.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.own.idempotency_key.as_deref()
    }

    /// Sets the key under which a repeated request has its effect only once.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.own.idempotency_key = Some(key.into());
        self
    }

    /// Which attempt at this delivery it is, from 1.
    pub fn attempt(&self) -> u32 {
        self.own.attempt
    }

    /// States which attempt at this delivery it is, from 1.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.own.attempt = attempt;
        self
    }

    /// The last event that a resuming client has seen.
    pub fn last_event_id(&self) -> Option<&str> {
        self.own.last_event_id.as_deref()
    }

    /// States the last event that a resuming client has seen.
    #[must_use]
    pub fn with_last_event_id(mut self, id: Option<String>) -> Self {
        self.own.last_event_id = id;
        self
    }

    /// The query of the request's URL as it was sent, without `?`, for callers
    /// that say more in it than the fields of the message; `None` where there
    /// is none, and on transports other than REST.
    pub fn query(&self) -> Option<&str> {
        self.own.query.as_deref()
    }

    /// States the query of the request's URL.
    #[must_use]
    pub fn with_query(mut self, query: Option<&str>) -> Self {
        self.own.query = query.map(Box::from);
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

    /// Sets a header of the reply; returns whether it is set. One that is malformed is
    /// not, nor are the transports' own: `content-length`, `connection` and other
    /// framing, and `grpc-…`.
    pub fn set_reply_header(&self, name: &str, value: &str) -> bool {
        !reply::is_reserved(name) && self.shared.reply().headers.insert(name, value)
    }

    /// Sets what follows the reply, known only at its end, such as the cost of
    /// a stream; returns whether it is set, as a header would be. gRPC, gRPC-Web and
    /// Connect carry trailers; plain HTTP and the queue do not.
    pub fn set_reply_trailer(&self, name: &str, value: &str) -> bool {
        !reply::is_reserved(name) && self.shared.reply().trailers.insert(name, value)
    }

    /// The headers of the reply, for a transport to keep while the context
    /// goes to the handler.
    pub fn reply_headers(&self) -> ReplyHeaders {
        ReplyHeaders(Arc::clone(&self.shared))
    }
}
