//! A broker whose use is measured.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use opentelemetry::KeyValue;

use super::attributes::{End, Ended, Receiving, Sending, with};
use super::instruments::{Instruments, failure, is_reply, refusal, system};
use crate::broker::{
    Backend, Broker, Capabilities, Delivery, Depth, Error, Lease, Publish, Published, Settlement,
    Start, Stored, Subscriber, Subscription,
};
use crate::queue::envelope::names;

/// The same broker, measured.
pub(in crate::queue) fn measured(broker: Broker) -> Broker {
    let instruments = Arc::new(Instruments::new());
    let system = system(&broker);
    let inner = broker.clone();
    broker.behind(Metered { inner, instruments, system, known: Mutex::default() })
}

struct Metered {
    inner: Broker,
    instruments: Arc<Instruments>,
    system: &'static str,
    /// The attributes of what is sent to subjects that were used before.
    known: Mutex<HashMap<String, Arc<Sending>>>,
}

/// How many subjects are known at most.
const MOST: usize = 1000;

impl Metered {
    fn sending(&self, subject: &str) -> Arc<Sending> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sending) = known.get(subject) {
            return Arc::clone(sending);
        }
        let sending = Arc::new(Sending::to(self.system, subject));
        if !is_reply(subject) && known.len() < MOST {
            known.insert(subject.to_owned(), Arc::clone(&sending));
        }
        sending
    }
}

impl Backend for Metered {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn max_message(&self) -> Option<usize> {
        self.inner.max_message()
    }

    fn publish(&self, message: Publish) -> BoxFuture<'_, Result<Published, Error>> {
        Box::pin(async move {
            let sending = self.sending(&message.subject);
            let since = Instant::now();
            let outcome = self.inner.publish(message).await;
            let took = since.elapsed().as_secs_f64();
            match &outcome {
                Ok(_) => {
                    self.instruments.operation.record(took, &sending.operation);
                    self.instruments.sent.add(1, &sending.sent);
                }
                Err(error) => {
                    let refused = |of: &[KeyValue]| with(of, [refusal(error)]);
                    self.instruments.operation.record(took, &refused(&sending.operation));
                    self.instruments.sent.add(1, &refused(&sending.sent));
                }
            }
            outcome
        })
    }

    fn prepare<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.inner.prepare(subject))
    }

    fn subscribe(
        &self,
        subscription: Subscription,
    ) -> BoxFuture<'_, Result<Box<dyn Subscriber>, Error>> {
        Box::pin(async move {
            let group = (!subscription.ephemeral).then_some(&*subscription.group);
            let attributes = Receiving::from(self.system, &subscription.subject, group).into();
            let inner = self.inner.subscribe(subscription).await?;
            let (instruments, system) = (Arc::clone(&self.instruments), self.system);
            Ok(Box::new(Counted { inner, instruments, system, attributes }) as Box<dyn Subscriber>)
        })
    }

    fn depth<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, Result<Depth, Error>> {
        Box::pin(self.inner.depth(subject))
    }

    fn browse<'a>(
        &'a self,
        subject: &'a str,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Stored>, Error>> {
        Box::pin(self.inner.browse(subject, after, limit))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.inner.close())
    }
}

/// A subscriber that counts what it hands out.
struct Counted {
    inner: Box<dyn Subscriber>,
    instruments: Arc<Instruments>,
    system: &'static str,
    attributes: Arc<Receiving>,
}

impl Subscriber for Counted {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            let mut deliveries = self.inner.next(max).await?;
            self.instruments.consumed.add(deliveries.len() as u64, &self.attributes.received);
            for delivery in &mut deliveries {
                let (instruments, attributes) =
                    (Arc::clone(&self.instruments), Arc::clone(&self.attributes));
                let system = self.system;
                delivery.wrap_lease(|inner| {
                    let begun = Mutex::default();
                    Arc::new(Timed { inner, instruments, system, attributes, begun })
                });
            }
            Ok(deliveries)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        self.inner.close()
    }
}

/// A lease that knows when its attempt began.
struct Timed {
    inner: Arc<dyn Lease>,
    instruments: Arc<Instruments>,
    system: &'static str,
    attributes: Arc<Receiving>,
    /// The attempt, and when it began.
    begun: Mutex<Option<(u32, Instant)>>,
}

impl Lease for Timed {
    fn start<'a>(&'a self, key: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>> {
        Box::pin(async move {
            let start = self.inner.start(key).await?;
            if let Start::Run(attempt) = &start {
                *self.begun() = Some((*attempt, Instant::now()));
            }
            Ok(start)
        })
    }

    fn excuse(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.inner.excuse()
    }

    fn renew(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.inner.renew()
    }

    fn settle(&self, settlement: Settlement) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let (end, code) = end(&settlement);
            let sent = self.published_by(&settlement);
            let begun = self.begun().take();
            let ran = begun.map(|(attempt, since)| (attempt, since.elapsed()));
            let since = Instant::now();
            let outcome = self.inner.settle(settlement).await;
            let took = since.elapsed().as_secs_f64();
            if let Err(error) = &outcome {
                // It may be settled again.
                *self.begun() = begun;
                let refused = with(&self.attributes.ended(end).settling, [refusal(error)]);
                self.instruments.operation.record(took, &refused);
                return outcome;
            }
            self.record(end, code.as_deref(), ran, took);
            for Sending { sent, .. } in &sent {
                self.instruments.sent.add(1, sent);
            }
            outcome
        })
    }

    fn abandon(self: Arc<Self>) {
        Arc::clone(&self.inner).abandon();
    }
}

/// How a delivery ends, and the code of its failure.
fn end(settlement: &Settlement) -> (End, Option<String>) {
    match settlement {
        Settlement::Done { publish, .. } => {
            let dead = publish.iter().find_map(|message| {
                message.headers.get(names::DEAD_REASON)?;
                message.headers.get(names::DEAD_CODE)
            });
            match dead {
                Some(code) => (End::DeadLetter, Some(code.to_owned())),
                None => (End::Ack, None),
            }
        }
        Settlement::Retry { failure, .. } => (End::Retry, Some(failure.code.clone())),
        Settlement::Release { .. } => (End::Release, None),
    }
}

impl Timed {
    fn begun(&self) -> MutexGuard<'_, Option<(u32, Instant)>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The messages that a settlement sends: replies, the dead letter.
    fn published_by(&self, settlement: &Settlement) -> Vec<Sending> {
        let Settlement::Done { publish, .. } = settlement else { return Vec::new() };
        publish.iter().map(|message| Sending::to(self.system, &message.subject)).collect()
    }

    /// Records a settlement, its failure's code, the attempt that ran and for how long, and
    /// the seconds that the broker took.
    fn record(&self, end: End, code: Option<&str>, ran: Option<(u32, Duration)>, took: f64) {
        let Receiving { processed, .. } = &*self.attributes;
        let Ended { settling, outcome } = self.attributes.ended(end);
        self.instruments.operation.record(took, settling);
        self.instruments.settled.add(1, outcome);
        let Some((attempt, time)) = ran else { return };
        self.instruments.attempts.record(attempt.into(), outcome);
        let time = time.as_secs_f64();
        match code {
            Some(code) => {
                self.instruments.process.record(time, &with(processed, [failure(code)]));
            }
            None => self.instruments.process.record(time, processed),
        }
    }
}
