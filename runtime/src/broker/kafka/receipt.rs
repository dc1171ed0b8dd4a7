//! The hold on a delivery: fenced by the hub as long as its partition is ours,
//! by the ledger alone afterwards.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;

use super::commit;
use super::desk::{Held, Place};
use super::hub::Hub;
use crate::broker::Error;
use crate::broker::remote::Receipt;

pub(super) struct Ticket {
    pub(super) hub: Arc<Hub>,
    pub(super) place: Place,
    /// The time that a lease lasts.
    pub(super) lease: Duration,
}

fn noted(held: Held) -> Result<(), Error> {
    match held {
        Held::Here => Ok(()),
        Held::Moved | Held::No => Err(Error::stale()),
    }
}

impl Receipt for Ticket {
    fn ack(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(commit::settle(&self.hub, self.place))
    }

    fn back(&self, delay: Duration) -> BoxFuture<'_, Result<(), Error>> {
        let held = self.hub.desk().back(self.place, Instant::now() + delay);
        self.hub.arrived.notify_waiters();
        Box::pin(std::future::ready(noted(held)))
    }

    fn extend(&self) -> BoxFuture<'_, Result<(), Error>> {
        let held = self.hub.desk().extend(self.place, Instant::now() + self.lease);
        Box::pin(std::future::ready(noted(held)))
    }

    fn moved(&self) -> bool {
        let ours = self.hub.desk().has(self.place.partition, self.place.epoch);
        !ours || self.hub.in_doubt()
    }
}
