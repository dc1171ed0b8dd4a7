//! The backend over a wire and a ledger.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::held::Shared;
use super::member::Member;
use super::record::Kept;
use super::{Listed, Parcel, Source, Wire};
use crate::broker::ledger::Ledger;
use crate::broker::{
    Backend, Capabilities, Depth, Error, Publish, Published, Stored, Subscriber, Subscription,
};

/// A broker behind a network.
pub(in crate::broker) struct Remote {
    shared: Arc<Shared>,
    closed: CancellationToken,
}

impl Remote {
    /// To be made on the runtime that the broker works on.
    pub(in crate::broker) fn new(wire: Arc<dyn Wire>, ledger: Arc<dyn Ledger>) -> Self {
        let shared = Shared { wire, ledger, runtime: Handle::current() };
        Self { shared: Arc::new(shared), closed: CancellationToken::new() }
    }
}

/// Work on a broker that may be closed meanwhile.
async fn unless_closed<T>(
    closed: &CancellationToken,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = closed.cancelled() => Err(Error::closed()),
        outcome = work => outcome,
    }
}

impl Backend for Remote {
    fn capabilities(&self) -> Capabilities {
        self.shared.wire.capabilities()
    }

    fn max_message(&self) -> Option<usize> {
        self.shared.wire.max_message()
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(unless_closed(&self.closed, self.shared.wire.publish(message)))
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(unless_closed(&self.closed, self.shared.wire.prepare(subject)))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn Subscriber>, Error>> {
        let joined = async move {
            let source = self.shared.wire.join(subscription.clone()).await?;
            let source = Box::new(Closing { source, closed: self.closed.clone() });
            let member = Member::new(Arc::clone(&self.shared), source, subscription);
            Ok(Box::new(member) as Box<dyn Subscriber>)
        };
        Box::pin(unless_closed(&self.closed, joined))
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(unless_closed(&self.closed, self.shared.wire.depth(subject)))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Stored>, Error>> {
        let listed = async move {
            let mut found = Vec::new();
            for Listed { mut stored, id } in self.shared.wire.browse(subject, after, limit).await? {
                let queue = format!("{subject}/{}", stored.group);
                let kept = Kept::read(&*self.shared.ledger, &queue, &id).await?;
                stored.starts = kept.record.starts;
                found.push(stored);
            }
            Ok(found)
        };
        Box::pin(unless_closed(&self.closed, listed))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            if self.closed.is_cancelled() {
                return Ok(());
            }
            self.closed.cancel();
            self.shared.wire.close().await
        })
    }
}

/// A source that ends with its broker.
struct Closing {
    source: Box<dyn Source>,
    closed: CancellationToken,
}

impl Source for Closing {
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>> {
        Box::pin(unless_closed(&self.closed, self.source.pull(max)))
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        if self.closed.is_cancelled() {
            return Box::pin(std::future::ready(Ok(())));
        }
        self.source.close()
    }
}
