//! Calls to services of this process. They take the road of every other call,
//! middleware chain included; only the encoding is left out.

use futures_core::future::BoxFuture;

use super::Transport;
use crate::service::{Call, Dispatcher, Reply, Rpc, ServiceInfo};
use crate::{Context, Status};

/// The transport without a wire.
pub(super) struct Local(Dispatcher);

impl Local {
    pub(super) fn new(services: Dispatcher) -> Self {
        Self(services)
    }

    fn rpc(&self, info: &'static ServiceInfo, method: usize) -> Result<Rpc, Status> {
        let rpc = self.0.rpc(info.name, method);
        rpc.ok_or_else(|| Status::unimplemented(format!("{} is not served here", info.name)))
    }
}

impl Transport for Local {
    fn call<'a>(
        &'a self,
        info: &'static ServiceInfo,
        method: usize,
        context: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            let rpc = self.rpc(info, method)?;
            self.0.call(rpc, received(context), call).await
        })
    }
}

/// The context as the service sees it: what a wire would carry, and the
/// principal, which can be trusted within one process.
fn received(sent: &Context) -> Context {
    let mut context = sent.child();
    *context.metadata_mut() = sent.metadata().clone();
    if let Some(key) = sent.idempotency_key() {
        context = context.with_idempotency_key(key);
    }
    context.with_last_event_id(sent.last_event_id().map(str::to_owned))
}
