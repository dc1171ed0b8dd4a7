//! Messages of other programs, which have no id of ours. Each is put into its queue
//! once more, with an id, before anybody works on it: nothing else tells two equal ones
//! apart, or knows one again that comes a second time.
//!
//! A process that dies between the two leaves both, as any producer that repeats itself.

use std::sync::Arc;
use std::time::Duration;

use super::message;
use super::publisher::{Route, Sent};
use super::receipt::Delivery;
use crate::broker::{Error, ErrorKind};

/// The pause before a message is taken in again that could not be.
const AGAIN: Duration = Duration::from_secs(1);

/// Takes in a message that has just arrived; it comes again with its id.
pub(super) fn begin(delivery: Arc<Delivery>) {
    let runtime = delivery.shared.runtime.clone();
    runtime.spawn(async move {
        if !delivery.session.pass(delivery.tag) {
            return;
        }
        let Err(error) = replace(&delivery).await else { return };
        if !error.is_stale() {
            let queue = &delivery.place.queue;
            tracing::warn!(%error, queue, "a message without an id of ours waits to be given one");
        }
        // Where it is not ours any more, it is offered to others already.
        let _ = delivery.session.park(delivery.tag, AGAIN);
    });
}

/// Stores a copy with an id, and then takes the original out.
async fn replace(delivery: &Delivery) -> Result<(), Error> {
    let copy = message::taken_in(&delivery.properties);
    let route = Route { exchange: "", key: &delivery.place.queue };
    match delivery.shared.send(route, copy.into(), &delivery.body).await? {
        Sent::Stored => delivery.acknowledge().await,
        Sent::Unroutable => {
            let text = format!("queue `{}` is gone", delivery.place.queue);
            Err(Error::new(ErrorKind::Unavailable, text))
        }
    }
}
