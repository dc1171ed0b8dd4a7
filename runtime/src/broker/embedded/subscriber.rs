//! The subscriber over a lane: claims, and waits for a change where nothing
//! is ready.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::sync::watch;

use super::lane::{self, Lane};
use super::lease::Held;
use super::{Claim, Claimed};
use crate::broker::{Delivery, Error, Settlement, Subscriber, Subscription};

/// How often a silent queue is looked at without a reason. It also keeps an
/// ephemeral group alive.
const IDLE: Duration = Duration::from_secs(1);

type Claiming = BoxFuture<'static, Result<Claimed, Error>>;

/// One consumer of a group.
pub(super) struct Member {
    lane: Arc<dyn Lane>,
    changes: watch::Receiver<u64>,
    queue: i64,
    subscription: Subscription,
    /// A claim that is under way; it outlives the future that began it, so
    /// that what it leases is not forgotten.
    claiming: Option<Claiming>,
    leased: VecDeque<Claim>,
}

impl Member {
    pub(super) fn new(lane: Arc<dyn Lane>, queue: i64, subscription: Subscription) -> Self {
        let (changes, leased) = (lane.changes(queue), VecDeque::new());
        Self { lane, changes, queue, subscription, claiming: None, leased }
    }

    fn begin(&self, max: usize) -> Claiming {
        let (lane, queue, time) = (Arc::clone(&self.lane), self.queue, self.subscription.lease);
        Box::pin(async move { lane::run(&*lane, move |store| store.claim(queue, max, time)).await })
    }

    /// Finishes the claim under way, or a new one; returns how long to wait
    /// where it found nothing.
    async fn claim(&mut self, max: usize) -> Result<Duration, Error> {
        if self.claiming.is_none() {
            self.changes.mark_unchanged();
            self.claiming = Some(self.begin(max));
        }
        let Some(claiming) = &mut self.claiming else { return Ok(IDLE) };
        let claimed = claiming.await;
        self.claiming = None;
        let claimed = match claimed {
            // An ephemeral group expires under a process that was suspended.
            Err(error) if error.is_stale() => {
                self.rejoin().await?;
                return Ok(Duration::ZERO);
            }
            claimed => claimed?,
        };
        self.leased.extend(claimed.claims);
        Ok(claimed.next_in.unwrap_or(IDLE).min(IDLE))
    }

    async fn rejoin(&mut self) -> Result<(), Error> {
        let asked = self.subscription.clone();
        self.queue = lane::run(&*self.lane, move |store| store.join(&asked)).await?;
        self.changes = self.lane.changes(self.queue);
        Ok(())
    }

    fn delivery(&self, claim: Claim) -> Delivery {
        let (lane, time) = (Arc::clone(&self.lane), self.subscription.lease);
        let lease = Arc::new(Held { lane, ticket: claim.ticket, time });
        let subject = self.subscription.subject.as_str();
        let headers = claim.headers.read();
        let delivery = Delivery::new(subject, headers, claim.body, claim.history, lease);
        delivery.with_id(claim.ticket.message.to_string())
    }

    async fn leave(mut self) -> Result<(), Error> {
        if self.claiming.is_some() {
            self.claim(0).await?;
        }
        for claim in std::mem::take(&mut self.leased) {
            let release = Settlement::Release { delay: Duration::ZERO };
            let ticket = claim.ticket;
            let released = lane::run(&*self.lane, move |store| store.settle(ticket, &release));
            match released.await {
                Err(error) if !error.is_stale() => return Err(error),
                _ => {}
            }
        }
        if !self.subscription.ephemeral {
            return Ok(());
        }
        let queue = self.queue;
        lane::run(&*self.lane, move |store| store.leave(queue)).await
    }
}

impl Subscriber for Member {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            while self.leased.is_empty() {
                let pause = self.claim(max).await?;
                if self.leased.is_empty() {
                    // Elapsed or changed: both mean to look again.
                    let changed = tokio::time::timeout(pause, self.changes.changed()).await;
                    if matches!(changed, Ok(Err(_))) {
                        return Err(Error::closed());
                    }
                }
            }
            let count = max.max(1).min(self.leased.len());
            let claims: Vec<_> = self.leased.drain(..count).collect();
            Ok(claims.into_iter().map(|claim| self.delivery(claim)).collect())
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(self.leave())
    }
}
