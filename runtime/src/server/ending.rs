//! What ends a connection from outside: the end of the server, and that of its
//! patience.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::patience::Patience;

/// How the serving of a connection ends.
pub(super) enum End<T> {
    /// By its client, or by a fault.
    Itself(T),
    /// The server wants it to.
    Asked,
    /// Its client asks for nothing.
    Late,
}

/// What else ends a connection than itself.
pub(super) struct Ending<'s> {
    pub(super) gate: &'s Gate,
    pub(super) shutdown: &'s CancellationToken,
    pub(super) patience: Patience,
}

impl Ending<'_> {
    /// Runs the connection to its end, or until something else ends it.
    pub(super) async fn of<C: Future>(mut self, mut connection: Pin<&mut C>) -> End<C::Output> {
        let mut asked = pin!(self.shutdown.cancelled());
        let mut waiting = false;
        poll_fn(|task| {
            if let Poll::Ready(ended) = connection.as_mut().poll(task) {
                return Poll::Ready(End::Itself(ended));
            }
            // This takes a lock that all connections share: once to be woken, and
            // again when it is time.
            if (!waiting || self.gate.is_closing()) && asked.as_mut().poll(task).is_ready() {
                return Poll::Ready(End::Asked);
            }
            waiting = true;
            self.patience.poll_over(task).map(|()| End::Late)
        })
        .await
    }
}
