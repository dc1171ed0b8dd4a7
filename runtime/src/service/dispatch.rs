//! The one entry for calls of every transport: scopes, deadline, tracing span,
//! panics and draining are settled here, so that no transport has its own rule.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::Either;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Layer, Service as Tower, ServiceExt as _};
use tracing::Instrument as _;

#[cfg(feature = "rest")]
use super::Intercept;
#[cfg(feature = "queue")]
use super::board::Board;
use super::guarded::Guarded;
use super::middleware::{Chain, Handler, add_layer};
use super::until::{Cutoff, Until};
use super::validated::{self, Verdict};
use super::{Call, Invocation, Method, Reply, Service, ServiceInfo};
use crate::context::CallGuard;
use crate::status::Reason;
use crate::{Code, Context, Status};

/// A service and the chain before it.
struct Mounted {
    service: Arc<dyn Service>,
    chain: Option<Chain>,
    validation: bool,
}

impl Mounted {
    /// The same service behind another chain.
    fn with_chain(&self, chain: Option<Chain>) -> Self {
        Self { service: Arc::clone(&self.service), chain, validation: self.validation }
    }
}

/// One rpc of one running service.
#[derive(Clone)]
pub struct Rpc {
    mounted: Arc<Mounted>,
    index: usize,
}

impl Rpc {
    /// Whether the implementation leaves it out.
    pub(crate) fn is_left_out(&self) -> bool {
        self.mounted.service.left_out().contains(&self.index)
    }

    /// The table of the service.
    pub fn service(&self) -> &'static ServiceInfo {
        self.mounted.service.info()
    }

    /// The rpc's row of it.
    pub fn method(&self) -> &'static Method {
        &self.service().methods[self.index]
    }

    /// Whether there are rules to check requests against, and they are.
    fn is_checked(&self) -> bool {
        let method = self.method();
        method.input.rules.is_some() && method.validated && self.mounted.validation
    }

    /// The rpc's index in the table of the service.
    pub fn index(&self) -> usize {
        self.index
    }
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service().name, self.method().name)
    }
}

/// Puts one layer around a chain, whatever the layer's type.
type Wrap = Arc<dyn Fn(Chain) -> Chain + Send + Sync>;

/// The services of a server and the chains before them.
#[derive(Clone)]
pub struct Dispatcher {
    services: Vec<Arc<Mounted>>,
    layers: Vec<Wrap>,
    calls: TaskTracker,
    shutdown: CancellationToken,
    cutoff: Cutoff,
    validation: bool,
    #[cfg(feature = "queue")]
    board: Arc<Board>,
}

impl Default for Dispatcher {
    fn default() -> Self {
        Self::new()
    }
}

impl Dispatcher {
    /// No services, no middleware.
    pub fn new() -> Self {
        Self {
            services: Vec::new(),
            layers: Vec::new(),
            calls: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            cutoff: Cutoff::default(),
            validation: true,
            #[cfg(feature = "queue")]
            board: Arc::default(),
        }
    }

    /// What the parts of the server tell each other.
    #[cfg(feature = "queue")]
    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// Adds a service, behind every layer added before or after it.
    pub fn add_service(&mut self, service: Arc<dyn Service>) {
        self.mount(Mounted { service, chain: None, validation: true });
    }

    /// Adds the services of another dispatcher, each behind its own layers
    /// and, around these, every layer of this one. Their requests are checked
    /// where neither has switched that off.
    pub fn merge(&mut self, other: Self) {
        for mounted in other.services {
            self.mount(mounted.with_chain(mounted.chain.clone()));
        }
    }

    /// The same, with these of its services alone.
    pub(crate) fn only(&self, names: &BTreeSet<&str>) -> Self {
        let mut only = self.clone();
        only.services.retain(|mounted| names.contains(mounted.service.info().name));
        only
    }

    fn mount(&mut self, mut mounted: Mounted) {
        let wrapped = |chain, wrap: &Wrap| Some(wrap(or_handler(chain)));
        mounted.chain = self.layers.iter().fold(mounted.chain, wrapped);
        mounted.validation &= self.validation;
        self.services.push(Arc::new(mounted));
    }

    /// Whether requests are checked against the rules of their contract, where
    /// the contract does not switch that off; they are by default.
    pub fn set_validation(&mut self, on: bool) {
        self.validation = on;
        for mounted in &mut self.services {
            let chain = mounted.chain.clone();
            *mounted = Arc::new(Mounted { validation: on, ..mounted.with_chain(chain) });
        }
    }

    /// Puts a layer around the chain of every service: the last one added
    /// sees a call first.
    pub fn add_layer<L>(&mut self, layer: L)
    where
        L: Layer<Chain> + Send + Sync + 'static,
        L::Service: Tower<Invocation, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Tower<Invocation>>::Error: Into<BoxError>,
        <L::Service as Tower<Invocation>>::Future: Send,
    {
        let wrap: Wrap = Arc::new(move |chain| add_layer(chain, &layer));
        for mounted in &mut self.services {
            let chain = Some(wrap(or_handler(mounted.chain.clone())));
            *mounted = Arc::new(mounted.with_chain(chain));
        }
        self.layers.push(wrap);
    }

    /// The tables of the services, in the order they were added.
    pub fn services(&self) -> impl Iterator<Item = &'static ServiceInfo> {
        self.services.iter().map(|mounted| mounted.service.info())
    }

    /// Every rpc of every service.
    pub fn rpcs(&self) -> impl Iterator<Item = Rpc> {
        self.services.iter().flat_map(|mounted| {
            (0..mounted.service.info().methods.len())
                .map(|index| Rpc { mounted: Arc::clone(mounted), index })
        })
    }

    /// The rpc at `index` in the table of the service with this full name.
    pub fn rpc(&self, service: &str, index: usize) -> Option<Rpc> {
        self.rpcs().find(|rpc| rpc.index == index && rpc.service().name == service)
    }

    /// Compiles the expressions of every rule that requests are checked by, so
    /// that a wrong one stops a server and not its first call.
    ///
    /// # Errors
    /// `FAILED_PRECONDITION` with the place and text of the first wrong one.
    #[cfg(feature = "cel")]
    pub(crate) fn prepare(&self) -> Result<(), Status> {
        self.rpcs()
            .filter(Rpc::is_checked)
            .try_for_each(|rpc| crate::validate::prepare(rpc.method().input))
            .map_err(Status::failed_precondition)
    }

    /// Fires when the server starts to shut down.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// Waits until every running call and stream has ended, at most `limit`;
    /// those left then end with `UNAVAILABLE`. Returns whether none was.
    pub async fn drain(&self, limit: Duration) -> bool {
        self.calls.close();
        let drained = tokio::time::timeout(limit, self.calls.wait()).await.is_ok();
        self.cutoff.fire();
        drained
    }

    /// Whether calls are being ended because the server stops.
    #[cfg(feature = "queue")]
    pub(crate) fn is_cut_off(&self) -> bool {
        self.cutoff.fired()
    }

    /// Leads a call through the chain to its handler.
    ///
    /// # Errors
    /// The status of the handler or of a middleware; `DEADLINE_EXCEEDED` when
    /// the deadline passes first, without asking either where it has passed already,
    /// `PERMISSION_DENIED` or `UNAUTHENTICATED` when a scope is missing, `INVALID_ARGUMENT` when the request breaks a
    /// rule of its contract, `INTERNAL` when the handler panics.
    pub fn call(
        &self,
        rpc: Rpc,
        context: Context,
        call: Call,
    ) -> impl Future<Output = Result<Reply, Status>> + Send + '_ {
        self.lead(Invocation { rpc, context, call, intercept: None })
    }

    /// As [`call`](Self::call), with a word of the transport before the handler.
    #[cfg(feature = "rest")]
    pub(crate) fn call_with(
        &self,
        rpc: Rpc,
        context: Context,
        call: Call,
        intercept: Option<Arc<dyn Intercept>>,
    ) -> impl Future<Output = Result<Reply, Status>> + Send + '_ {
        self.lead(Invocation { rpc, context, call, intercept })
    }

    #[expect(clippy::manual_async_fn, reason = "an async fn stores all that it takes twice")]
    fn lead(
        &self,
        mut invocation: Invocation,
    ) -> impl Future<Output = Result<Reply, Status>> + Send + '_ {
        async move {
            let Invocation { rpc, context, .. } = &mut invocation;
            if let Some(timeout) = rpc.method().timeout {
                context.limit_deadline(Instant::now() + timeout);
            }
            let guard = Guard { _running: self.calls.token(), _call: context.guard() };
            let until = Until { deadline: context.deadline(), cutoff: self.cutoff.clone() };
            // A handler that never waits would else be asked for what nobody waits for.
            until.check()?;
            let span = span(rpc, context);
            let outcome = {
                let work = AssertUnwindSafe(run(invocation)).catch_unwind();
                until.over(pin!(work.instrument(span.clone()))).await
            };
            let reply = outcome?.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
            record(&span, reply.as_ref().err());
            Ok(match reply? {
                Reply::Stream(stream) => Guarded::reply(stream, until, guard, span),
                unary @ Reply::Unary(_) => unary,
            })
        }
    }
}

/// A call on its way through the chain of its service.
fn run(invocation: Invocation) -> impl Future<Output = Result<Reply, Status>> + Send {
    match &invocation.rpc.mounted.chain {
        Some(chain) => Either::Left(chain.clone().oneshot(invocation)),
        None => Either::Right(handle(invocation)),
    }
}

impl From<Arc<dyn Service>> for Dispatcher {
    /// One service, no middleware.
    fn from(service: Arc<dyn Service>) -> Self {
        let mut dispatcher = Self::new();
        dispatcher.add_service(service);
        dispatcher
    }
}

fn or_handler(chain: Option<Chain>) -> Chain {
    chain.unwrap_or_else(|| BoxCloneSyncService::new(Handler))
}

/// Held as long as a call or its stream runs.
pub(super) struct Guard {
    _running: TaskTrackerToken,
    _call: CallGuard,
}

/// The end of every chain: the handler, for callers who may call it.
pub(super) fn handle(
    invocation: Invocation,
) -> impl Future<Output = Result<Reply, Status>> + Send + 'static {
    let Invocation { rpc, mut context, call, intercept } = invocation;
    async move {
        authorize(&rpc, &context)?;
        let (call, verdict) =
            if rpc.is_checked() { validated::check(call)? } else { (call, Verdict::default()) };
        if let Some(own) = intercept
            && let Some(reply) = own.before(&rpc, &mut context, &call).await
        {
            return Ok(reply);
        }
        verdict.over(rpc.mounted.service.call(rpc.index, &context, call).await)
    }
}

/// Checks the contract's scopes, after every middleware and before the handler.
fn authorize(rpc: &Rpc, context: &Context) -> Result<(), Status> {
    let scopes = rpc.method().scopes;
    if scopes.is_empty() {
        return Ok(());
    }
    let Some(principal) = context.principal() else {
        let text = format!("{rpc:?} needs an authenticated caller");
        return Err(Reason::AuthenticationRequired.status(text));
    };
    match scopes.iter().find(|scope| !principal.has_scope(scope)) {
        Some(scope) => Err(Reason::ScopeMissing.status(format!("{rpc:?} needs the scope {scope}"))),
        None => Ok(()),
    }
}

pub(super) fn panicked(panic: &(dyn std::any::Any + Send)) -> Status {
    let text = panic.downcast_ref::<&str>().copied();
    let text =
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Reason::HandlerPanicked.status("the handler panicked")
}

fn span(rpc: &Rpc, context: &Context) -> tracing::Span {
    // Where nobody listens, nothing is written out for them: the fields would be,
    // with tracing's feature `log`.
    if !tracing::dispatcher::has_been_set() {
        return tracing::Span::none();
    }
    tracing::info_span!(
        "rpc",
        rpc.service = rpc.service().name,
        rpc.method = rpc.method().name,
        transport = %context.transport(),
        correlation_id = context.correlation_id(),
        trace = %context.trace(),
        attempt = context.attempt(),
        code = tracing::field::Empty,
    )
}

/// Puts a failure into the trace, with the errors behind it, which no caller sees.
pub(super) fn record(span: &tracing::Span, error: Option<&Status>) {
    let Some(status) = error else { return };
    span.record("code", status.code().name());
    let causes = status.causes();
    span.in_scope(|| match status.code() {
        // The caller is told next to nothing of these.
        Code::Unknown | Code::Internal | Code::DataLoss => {
            tracing::warn!(error = %status, %causes, "the call failed");
        }
        _ => tracing::debug!(error = %status, %causes, "the call failed"),
    });
}
