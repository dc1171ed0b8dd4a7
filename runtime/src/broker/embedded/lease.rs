//! The lease over a lane.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::Ticket;
use super::lane::{self, Lane};
use crate::broker::{Error, Lease, Settlement, Start};

/// The right to work on one message, until its token moves on.
pub(super) struct Held {
    pub(super) lane: Arc<dyn Lane>,
    pub(super) ticket: Ticket,
    pub(super) time: Duration,
}

impl Lease for Held {
    fn start<'a>(&'a self, key: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>> {
        let (ticket, key) = (self.ticket, key.map(str::to_owned));
        Box::pin(lane::run(&*self.lane, move |store| store.start(ticket, key.as_deref())))
    }

    fn excuse(&self) -> BoxFuture<'_, Result<(), Error>> {
        let ticket = self.ticket;
        Box::pin(lane::run(&*self.lane, move |store| store.excuse(ticket)))
    }

    fn renew(&self) -> BoxFuture<'_, Result<(), Error>> {
        let (ticket, time) = (self.ticket, self.time);
        Box::pin(lane::run(&*self.lane, move |store| store.renew(ticket, time)))
    }

    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), Error>> {
        let ticket = self.ticket;
        Box::pin(lane::run(&*self.lane, move |store| store.settle(ticket, &settlement)))
    }

    fn abandon(self: Arc<Self>) {
        let ticket = self.ticket;
        self.lane.submit(Box::new(move |store| {
            let release = Settlement::Release { delay: Duration::ZERO };
            let released = store.settle(ticket, &release);
            Box::new(move |committed| {
                if let Err(error) = committed.and(released) {
                    tracing::debug!(%error, "an abandoned delivery comes back after its lease");
                }
            })
        }));
    }
}
