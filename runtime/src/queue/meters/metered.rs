//! A broker whose use is measured.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use opentelemetry::KeyValue;

use super::instruments::{Instruments, destination, failure, is_reply, operation, refusal, system};
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

/// The attributes of sending to one subject.
struct Sending {
    operation: Vec<KeyValue>,
    sent: Vec<KeyValue>,
}

/// How many subjects are known at most.
const MOST: usize = 1000;

impl Metered {
    fn sending(&self, subject: &str) -> Arc<Sending> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sending) = known.get(subject) {
            return Arc::clone(sending);
        }
        let mut sent = destination(self.system, subject);
        let [name, kind] = operation("publish", "send");
        sent.push(name);
        // Of the operation, the counter has the name alone.
        let operation = sent.iter().cloned().chain([kind]).collect();
        let sending = Arc::new(Sending { operation, sent });
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
                    let with = |of: &[KeyValue]| -> Vec<_> {
                        of.iter().cloned().chain([refusal(error)]).collect()
                    };
                    self.instruments.operation.record(took, &with(&sending.operation));
                    self.instruments.sent.add(1, &with(&sending.sent));
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
            let mut attributes = destination(self.system, &subscription.subject);
            if !subscription.ephemeral {
                let group = Arc::<str>::from(&*subscription.group);
                attributes.push(KeyValue::new("messaging.consumer.group.name", group));
            }
            let inner = self.inner.subscribe(subscription).await?;
            let (instruments, system) = (Arc::clone(&self.instruments), self.system);
            let attributes = attributes.into();
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
    attributes: Arc<[KeyValue]>,
}

impl Subscriber for Counted {
    fn next(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Delivery>, Error>> {
        Box::pin(async move {
            let mut deliveries = self.inner.next(max).await?;
            let [name, _] = operation("receive", "receive");
            let attributes: Vec<_> = self.attributes.iter().cloned().chain([name]).collect();
            self.instruments.consumed.add(deliveries.len() as u64, &attributes);
            for delivery in &mut deliveries {
                let (instruments, attributes) =
                    (Arc::clone(&self.instruments), Arc::clone(&self.attributes));
                let system = self.system;
                delivery.wrap_lease(|inner| {
                    let begun = Mutex::default();
                    Box::new(Timed { inner, instruments, system, attributes, begun })
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
    attributes: Arc<[KeyValue]>,
    /// The attempt, and when it began.
    begun: Mutex<Option<(u32, Instant)>>,
}

impl Lease for Timed {
    fn start<'a>(&'a self, key: Option<&'a str>) -> BoxFuture<'a, Result<Start, Error>> {
        Box::pin(async move {
            let start = self.inner.start(key).await?;
            if let Start::Run(attempt) = &start {
                let begun = Some((*attempt, Instant::now()));
                *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = begun;
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
            let (name, error) = ended(&settlement);
            let sent = self.published_by(&settlement);
            let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
            let ran = begun.map(|(attempt, since)| (attempt, since.elapsed()));
            let since = Instant::now();
            let outcome = self.inner.settle(settlement).await;
            self.record(name, error.as_deref(), ran, since.elapsed(), outcome.as_ref().err());
            if outcome.is_err() {
                // It may be settled again.
                *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = begun;
            } else {
                for attributes in &sent {
                    self.instruments.sent.add(1, attributes);
                }
            }
            outcome
        })
    }

    fn abandon(&self) {
        self.inner.abandon();
    }
}

/// How a delivery ends, and the code of its failure.
fn ended(settlement: &Settlement) -> (&'static str, Option<String>) {
    match settlement {
        Settlement::Done { publish, .. } => {
            let dead = publish.iter().find_map(|message| {
                message.headers.get(names::DEAD_REASON)?;
                message.headers.get(names::DEAD_CODE)
            });
            match dead {
                Some(code) => ("dead_letter", Some(code.to_owned())),
                None => ("ack", None),
            }
        }
        Settlement::Retry { failure, .. } => ("retry", Some(failure.code.clone())),
        Settlement::Release { .. } => ("release", None),
    }
}

impl Timed {
    /// The messages that a settlement sends: replies, the dead letter.
    fn published_by(&self, settlement: &Settlement) -> Vec<Vec<KeyValue>> {
        let Settlement::Done { publish, .. } = settlement else { return Vec::new() };
        let [name, _] = operation("publish", "send");
        let destinations = publish.iter().map(|message| destination(self.system, &message.subject));
        destinations
            .map(|attributes| attributes.into_iter().chain([name.clone()]).collect())
            .collect()
    }

    fn record(
        &self,
        name: &'static str,
        error: Option<&str>,
        ran: Option<(u32, Duration)>,
        took: Duration,
        refused: Option<&Error>,
    ) {
        let with = |more: &[KeyValue]| -> Vec<KeyValue> {
            self.attributes.iter().chain(more).cloned().collect()
        };
        let mut settling = with(&operation(name, "settle"));
        settling.extend(refused.map(refusal));
        self.instruments.operation.record(took.as_secs_f64(), &settling);
        if refused.is_some() {
            return;
        }
        let failed = error.map(failure);
        let outcome = with(&[KeyValue::new("agentgen.queue.outcome", name)]);
        self.instruments.settled.add(1, &outcome);
        if let Some((attempt, time)) = ran {
            self.instruments.attempts.record(attempt.into(), &outcome);
            let mut processing = with(&operation("process", "process"));
            processing.extend(failed);
            self.instruments.process.record(time.as_secs_f64(), &processing);
        }
    }
}
