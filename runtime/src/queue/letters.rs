//! Taking dead letters off their subject: sent back to where they came from, or
//! thrown away.

use std::time::Duration;

use super::dead::{id, original};
use super::envelope::{self, names};
use crate::broker::{Broker, Delivery, Error, Publish, Settlement, Subscriber, Subscription};
use crate::context;

/// The group that takes dead letters off. One for every purpose: the first
/// group of a subject owns what was there before it.
const GROUP: &str = "replay";

const LEASE: Duration = Duration::from_secs(30);

/// How many are leased at once.
const BATCH: usize = 64;

/// How long nothing may come before the rest counts as held by others, and at first: a
/// broker takes some seconds to let a group in, and Kafka more where one has just left.
const PATIENCE: Duration = Duration::from_secs(5);
const FIRST_PATIENCE: Duration = Duration::from_secs(20);

/// Sends at most `limit` dead letters of a subject back to where they came
/// from, as new messages with all their attempts and with the headers that
/// they had but for the deadline, and returns how many. Every group of the original
/// subject gets them.
///
/// Each is sent once: it leaves the dead letter as it is published, in one
/// transaction where the broker can. What is no dead letter stays.
///
/// # Errors
/// The broker cannot be read or written.
pub async fn replay(broker: &Broker, subject: &str, limit: usize) -> Result<usize, Error> {
    take(broker, subject, Which::First(limit), send_back).await
}

/// As [`replay`], for the dead letters of messages with these ids alone.
///
/// # Errors
/// The broker cannot be read or written.
pub async fn replay_ids(broker: &Broker, subject: &str, ids: &[String]) -> Result<usize, Error> {
    take(broker, subject, Which::Ids(ids), send_back).await
}

/// Removes at most `limit` dead letters of a subject for good, and returns how
/// many. What is no dead letter stays.
///
/// # Errors
/// The broker cannot be read or written.
pub async fn purge(broker: &Broker, subject: &str, limit: usize) -> Result<usize, Error> {
    take(broker, subject, Which::First(limit), throw_away).await
}

/// As [`purge`], for the dead letters of messages with these ids alone.
///
/// # Errors
/// The broker cannot be read or written.
pub async fn purge_ids(broker: &Broker, subject: &str, ids: &[String]) -> Result<usize, Error> {
    take(broker, subject, Which::Ids(ids), throw_away).await
}

#[derive(Clone, Copy)]
enum Which<'a> {
    First(usize),
    Ids(&'a [String]),
}

impl Which<'_> {
    /// How many there can be.
    fn count(self) -> usize {
        match self {
            Self::First(limit) => limit,
            Self::Ids(ids) => ids.len(),
        }
    }

    fn has(self, delivery: &Delivery) -> bool {
        match self {
            Self::First(_) => true,
            Self::Ids(ids) => {
                id(&delivery.headers, &delivery.body).is_some_and(|id| ids.contains(&id))
            }
        }
    }
}

/// How a dead letter from this subject ends.
type Fate = fn(&Delivery, String) -> Settlement;

/// Headers that say how long a caller waits, who has gone by now: with them the message
/// would only expire again.
const DEADLINES: [&str; 4] = [
    names::DEADLINE,
    context::names::REQUEST_TIMEOUT,
    context::names::GRPC_TIMEOUT,
    context::names::CONNECT_TIMEOUT,
];

fn send_back(delivery: &Delivery, origin: String) -> Settlement {
    let mut headers = original(&delivery.headers);
    for name in DEADLINES {
        headers.remove(name);
    }
    let message = Publish {
        ordering_key: envelope::get(&delivery.headers, names::PARTITION_KEY),
        ..Publish::new(origin, headers, delivery.body.clone())
    };
    Settlement::Done { publish: vec![message], remember: None }
}

fn throw_away(_: &Delivery, _: String) -> Settlement {
    Settlement::Done { publish: Vec::new(), remember: None }
}

async fn take(
    broker: &Broker,
    subject: &str,
    which: Which<'_>,
    fate: Fate,
) -> Result<usize, Error> {
    if broker.depth(subject).await?.total() == 0 {
        return Ok(0);
    }
    let mut group = broker.subscribe(Subscription::new(subject, GROUP, LEASE)).await?;
    let taken = take_from(broker, subject, &mut *group, which, fate).await;
    let left = group.close().await;
    taken.and_then(|taken| left.map(|()| taken))
}

async fn take_from(
    broker: &Broker,
    subject: &str,
    group: &mut dyn Subscriber,
    which: Which<'_>,
    fate: Fate,
) -> Result<usize, Error> {
    // Held until the end, so that each is looked at once.
    let (mut taken, mut skipped) = (0, Vec::new());
    while taken < which.count() && broker.depth(subject).await?.total() > skipped.len() as u64 {
        let most = match which {
            Which::First(limit) => (limit - taken).min(BATCH),
            Which::Ids(_) => BATCH,
        };
        let begun = taken > 0 || !skipped.is_empty();
        let patience = if begun { PATIENCE } else { FIRST_PATIENCE };
        let Ok(deliveries) = tokio::time::timeout(patience, group.next(most)).await else { break };
        for delivery in deliveries? {
            let origin = envelope::get(&delivery.headers, names::DEAD_SUBJECT);
            match origin.filter(|_| which.has(&delivery)) {
                Some(origin) => {
                    delivery.settle(fate(&delivery, origin)).await?;
                    taken += 1;
                }
                None => skipped.push(delivery),
            }
        }
    }
    // Dropped, they would come back as well, but for a process that ends now.
    for delivery in &skipped {
        match delivery.release().await {
            Err(error) if !error.is_stale() => return Err(error),
            _ => {}
        }
    }
    Ok(taken)
}
