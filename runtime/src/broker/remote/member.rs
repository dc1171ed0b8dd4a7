//! The subscriber over a source: gives every delivery its past.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;

use super::held::{Held, Shared};
use super::record::{Kept, Record};
use super::{Parcel, Source};
use crate::broker::{Delivery, Error, Subscriber, Subscription, headers};

/// One consumer of a group.
pub(super) struct Member {
    shared: Arc<Shared>,
    source: Box<dyn Source>,
    subscription: Subscription,
    queue: Arc<str>,
    /// Handed over by the broker, and not looked at yet.
    pulled: VecDeque<Parcel>,
    ready: VecDeque<(Delivery, Arc<Held>)>,
}

impl Member {
    pub(super) fn new(
        shared: Arc<Shared>,
        source: Box<dyn Source>,
        subscription: Subscription,
    ) -> Self {
        let queue = format!("{}/{}", subscription.subject, subscription.group).into();
        let (pulled, ready) = (VecDeque::new(), VecDeque::new());
        Self { shared, source, subscription, queue, pulled, ready }
    }

    /// Looks at everything that was pulled; what is interrupted here is looked
    /// at again.
    async fn look(&mut self) -> Result<(), Error> {
        while let Some(parcel) = self.pulled.front() {
            if let Some(kept) = examine(&self.shared, &self.queue, parcel).await?
                && let Some(parcel) = self.pulled.pop_front()
            {
                self.deliver(parcel, kept);
            } else {
                self.pulled.pop_front();
            }
        }
        Ok(())
    }

    fn deliver(&mut self, mut parcel: Parcel, kept: Kept) {
        if let Some(damage) = &kept.damage {
            headers::mark(&mut parcel.headers, damage);
        }
        let history = kept.record.history();
        let (shared, queue) = (Arc::clone(&self.shared), Arc::clone(&self.queue));
        let held = Held::new(shared, queue, &parcel, self.subscription.lease, kept);
        let (held, subject) = (Arc::new(held), self.subscription.subject.as_str());
        let lease = Arc::clone(&held) as _;
        let delivery = Delivery::new(subject, parcel.headers, parcel.body, history, lease);
        self.ready.push_back((delivery.with_id(parcel.id), held));
    }

    /// What is ready, at most `max`; what waited longer than its lease comes
    /// again by itself.
    fn hand_out(&mut self, max: usize) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while deliveries.len() < max.max(1)
            && let Some((delivery, held)) = self.ready.pop_front()
        {
            if held.check().is_ok() {
                deliveries.push(delivery);
            }
        }
        deliveries
    }
}

/// What was lost on the way to us is somebody else's, and no fault of the consumer.
fn or_lost(outcome: Result<(), Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if error.is_stale() => Ok(()),
        outcome => outcome,
    }
}

/// The past of a message that is to be delivered now.
async fn examine(shared: &Shared, queue: &str, parcel: &Parcel) -> Result<Option<Kept>, Error> {
    if parcel.expired {
        or_lost(parcel.receipt.ack().await)?;
        return Ok(None);
    }
    if parcel.due_in > Duration::ZERO {
        or_lost(parcel.receipt.back(parcel.due_in).await)?;
        return Ok(None);
    }
    if !parcel.redelivered {
        return Ok(Some(Kept::new(queue, &parcel.id)));
    }
    let ledger = &*shared.ledger;
    let mut kept = Kept::read(ledger, queue, &parcel.id).await?;
    if kept.record.done {
        match parcel.receipt.ack().await {
            Ok(()) => kept.remove(ledger).await?,
            // Whoever has it now has to know as well that it is done.
            lost => or_lost(lost)?,
        }
        return Ok(None);
    }
    if !kept.record.due_in().is_zero() {
        or_lost(parcel.receipt.back(kept.record.due_in()).await)?;
        return Ok(None);
    }
    if kept.record.running {
        let record = kept.record.clone();
        let crashes = record.crashes + u32::from(!record.excused);
        let ended = Record { running: false, excused: false, crashes, ..record };
        match kept.write(ledger, ended).await {
            // Somebody else has it by now.
            Err(error) if error.is_stale() => return Ok(None),
            written => written?,
        }
    }
    Ok(Some(kept))
}

impl Subscriber for Member {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            loop {
                self.look().await?;
                let deliveries = self.hand_out(max);
                if !deliveries.is_empty() {
                    return Ok(deliveries);
                }
                self.pulled.extend(self.source.pull(max.max(1)).await?);
            }
        })
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            for parcel in std::mem::take(&mut self.pulled) {
                or_lost(parcel.receipt.back(parcel.due_in).await)?;
            }
            for (delivery, _) in std::mem::take(&mut self.ready) {
                or_lost(delivery.release().await)?;
            }
            self.source.close().await
        })
    }
}
