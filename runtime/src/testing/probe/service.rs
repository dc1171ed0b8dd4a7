//! The probe's service: one closure handles every rpc.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::{INFO, Job, STREAM};
use crate::service::{Call, Dispatcher, Outbound, QueueRoute, Reply, Service, ServiceInfo};
use crate::{Context, Status};

type Handle = dyn Fn(Context, Job) -> BoxFuture<'static, Result<Job, Status>> + Send + Sync;

/// A service whose rpcs are all answered by one closure. The streaming one
/// answers `size` times, the closure's answer numbered from 1.
pub struct Probe {
    handle: Arc<Handle>,
    info: &'static ServiceInfo,
}

impl Probe {
    /// A service with this handler.
    pub fn new<F>(handle: impl Fn(Context, Job) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Job, Status>> + Send + 'static,
    {
        let handle = Arc::new(move |context, job| Box::pin(handle(context, job)) as _);
        Self { handle, info: &INFO }
    }

    /// The same service, whose consumers work on as many deliveries at once, and
    /// lease each for as long.
    #[must_use]
    pub fn with_limits(self, concurrency: usize, ack_wait: Duration) -> Self {
        self.with_routes(|route| Some(QueueRoute { ack_wait, concurrency, ..*route }))
    }

    /// The same service, of which this rpc alone is served over a queue.
    #[must_use]
    pub fn with_queue_of(self, method: usize) -> Self {
        self.with_routes(|route| (route.method == method).then_some(*route))
    }

    fn with_routes(self, change: impl Fn(&QueueRoute) -> Option<QueueRoute>) -> Self {
        let routes: Vec<_> = self.info.queue.iter().filter_map(change).collect();
        // Tables are static: a test that makes one keeps it for as long as it runs.
        let queue = Box::leak(routes.into_boxed_slice());
        Self { info: Box::leak(Box::new(ServiceInfo { queue, ..*self.info })), ..self }
    }

    /// A dispatcher with this service alone.
    pub fn into_dispatcher(self) -> Dispatcher {
        let service: Arc<dyn Service> = Arc::new(self);
        Dispatcher::from(service)
    }
}

impl Service for Probe {
    fn info(&self) -> &'static ServiceInfo {
        self.info
    }

    fn call<'a>(
        &'a self,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let answer = (self.handle)(context.clone(), call.message()?).await;
            if method != STREAM {
                return Reply::unary(answer);
            }
            let numbered = answer.map(|job| {
                let name = job.name;
                let items = (1..=job.size).map(move |number| Job::new(name.clone(), number));
                Outbound::new(futures_util::stream::iter(items))
            });
            Reply::stream(numbered)
        })
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").finish_non_exhaustive()
    }
}
