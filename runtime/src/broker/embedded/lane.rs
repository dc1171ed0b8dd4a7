//! The way operations reach a store, whatever thread it lives on.

use futures_core::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use super::{Headers, Store};
use crate::Metadata;
use crate::broker::Error;

/// Reports an operation's outcome, once what it wrote is as durable as the
/// store makes it, or with the reason why it is not.
pub(in crate::broker) type Done = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// One operation. A job that is dropped unrun counts as closed.
pub(in crate::broker) type Job = Box<dyn FnOnce(&mut dyn Store) -> Done + Send>;

/// Runs jobs on a store, one after the other.
pub(in crate::broker) trait Lane: Send + Sync + 'static {
    /// Headers as the store keeps them. They are brought into that form by whoever
    /// publishes, and not by the store, which all wait for.
    fn headers(&self, headers: Metadata) -> Headers;

    /// Accepts a job without waiting for it. Whoever submits one waits for
    /// its outcome, so that their number bounds what is accepted.
    fn submit(&self, job: Job);

    /// A counter that moves whenever messages of a queue may have become ready.
    fn changes(&self, queue: i64) -> watch::Receiver<u64>;

    /// Runs what was accepted, then stops.
    fn close(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// Runs one operation and waits for its outcome. The operation takes place
/// even when the future is dropped after its first poll.
pub(super) async fn run<T: Send + 'static>(
    lane: &dyn Lane,
    operation: impl FnOnce(&mut dyn Store) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = oneshot::channel();
    let job: Job = Box::new(move |store| {
        let result = operation(store);
        Box::new(move |committed| {
            // A caller that has gone needs no answer.
            let _ = sender.send(committed.and(result));
        })
    });
    lane.submit(job);
    receiver.await.unwrap_or_else(|_| Err(Error::closed()))
}
