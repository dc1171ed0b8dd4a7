//! The lease on a message of a remote broker.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;

use super::inbox::{self, Asked, Claim};
use super::record::{Kept, Record};
use super::{Receipt, Wire};
use crate::broker::ledger::Ledger;
use crate::broker::{Error, Lease, Settlement, Start};

/// What all deliveries of a broker need.
pub(super) struct Shared {
    pub(super) wire: Arc<dyn Wire>,
    pub(super) ledger: Arc<dyn Ledger>,
    /// Where a release goes on that nobody waits for.
    pub(super) runtime: Handle,
}

/// The right to work on one message until its time is over.
pub(super) struct Held {
    pub(super) shared: Arc<Shared>,
    /// Subject and group.
    pub(super) queue: Arc<str>,
    pub(super) id: String,
    pub(super) receipt: Arc<dyn Receipt>,
    pub(super) time: Duration,
    until: Mutex<Instant>,
    ended: AtomicBool,
    pub(super) state: tokio::sync::Mutex<State>,
}

/// What this holder knows to be written in the ledger.
pub(super) struct State {
    pub(super) kept: Kept,
    pub(super) claim: Option<Claim>,
    /// The subjects of what a settlement has published: where a later step failed, it is
    /// repeated without that.
    pub(super) published: Vec<String>,
}

impl Held {
    pub(super) fn new(
        shared: Arc<Shared>,
        queue: Arc<str>,
        parcel: &super::Parcel,
        time: Duration,
        kept: Kept,
    ) -> Self {
        Self {
            shared,
            queue,
            id: parcel.id.clone(),
            receipt: Arc::clone(&parcel.receipt),
            time,
            until: Mutex::new(parcel.leased_at + time),
            ended: AtomicBool::new(false),
            state: tokio::sync::Mutex::new(State { kept, claim: None, published: Vec::new() }),
        }
    }

    pub(super) fn ledger(&self) -> &dyn Ledger {
        &*self.shared.ledger
    }

    /// Fails once the lease is over. The broker's own lasts a little longer,
    /// so that nobody else has the message before.
    pub(super) fn check(&self) -> Result<(), Error> {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let over = self.ended.load(Ordering::Acquire) || Instant::now() >= until;
        if over || self.receipt.is_lost() { Err(Error::stale()) } else { Ok(()) }
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    async fn begin(&self, key: Option<&str>) -> Result<Start, Error> {
        let mut state = self.state.lock().await;
        self.check()?;
        if self.receipt.moved() {
            return Err(Error::stale());
        }
        let before = state.kept.clone();
        let starts = before.record.starts + 1;
        let mut running = Record { starts, running: true, excused: false, ..before.record.clone() };
        running.hold_back(Duration::ZERO);
        let Some(key) = key else {
            state.kept.write(self.ledger(), running).await?;
            return Ok(Start::Run(starts));
        };
        let names = (&*self.queue, &*self.id, key);
        let claim = inbox::begin(self.ledger(), names, &mut state.kept, running.clone()).await?;
        if claim.is_some() {
            state.claim = claim;
            return Ok(Start::Run(starts));
        }
        // Written first, so that whoever asks for the same key finds that it runs.
        state.kept.write(self.ledger(), running).await?;
        match inbox::ask(self.ledger(), &self.queue, &self.id, key).await? {
            Asked::Granted(claim) => state.claim = Some(claim),
            Asked::Refused(start) => {
                state.kept.take_back(self.ledger(), before).await?;
                return Ok(start);
            }
        }
        Ok(Start::Run(starts))
    }

    async fn pardon(&self) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        self.check()?;
        let record = state.kept.record.clone();
        if !record.running || record.excused {
            return Ok(());
        }
        state.kept.write(self.ledger(), Record { excused: true, ..record }).await
    }

    async fn extend(&self) -> Result<(), Error> {
        self.check()?;
        let now = Instant::now();
        if self.receipt.moved() {
            self.show_life().await?;
            // It may come back.
            let _ = self.receipt.extend().await;
        } else {
            self.receipt.extend().await?;
        }
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = now + self.time;
        Ok(())
    }

    /// Writes the record anew, for the process that waits for this attempt.
    async fn show_life(&self) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        self.check()?;
        if !state.kept.record.running {
            return Err(Error::stale());
        }
        let record = state.kept.record.clone();
        state.kept.write(self.ledger(), record).await
    }
}

impl Lease for Held {
    fn start<'a>(&'a self, key: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>> {
        Box::pin(self.begin(key))
    }

    fn excuse(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.pardon())
    }

    fn renew(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.extend())
    }

    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.end_by(settlement))
    }

    fn abandon(self: Arc<Self>) {
        let runtime = self.shared.runtime.clone();
        runtime.spawn(async move {
            let release = Settlement::Release { delay: Duration::ZERO };
            if let Err(error) = self.end_by(release).await {
                tracing::debug!(%error, "an abandoned delivery comes back after its lease");
            }
        });
    }
}
