//! One consumer of a group: takes from the hub what is ready. A message that
//! another process may be working on is held back for as long as the ledger
//! shows a sign of life of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use futures_util::future::try_join_all;

use super::desk::Place;
use super::hub::Hub;
use super::partition::Handed;
use super::receipt::Ticket;
use crate::broker::remote::{self, Parcel, Past, Source, with_margin};
use crate::broker::{Error, Subscription};

/// How long nothing may happen before it is looked again.
const IDLE: Duration = Duration::from_secs(1);

/// How long is waited while it is in doubt whose the messages are.
const DOUBT: Duration = Duration::from_millis(50);

/// Another process's attempt: which one, by its revision, and since when it has
/// been seen.
type Watched = (u64, Instant);

/// What the ledger knows of messages, as soon as it has answered.
type Pasts = BoxFuture<'static, Result<Vec<Option<Past>>, Error>>;

pub(super) struct Seat {
    hub: Arc<Hub>,
    /// Subject and group.
    queue: Arc<str>,
    lease: Duration,
    /// Taken, and not looked at yet.
    taken: Vec<Handed>,
    /// The question about these, which outlives a pull that is given up.
    pasts: Option<Pasts>,
    watched: HashMap<(i32, i64), Watched>,
}

impl Seat {
    /// Takes a seat at a hub that was entered.
    pub(super) fn new(hub: Arc<Hub>, subscription: &Subscription) -> Self {
        let queue = format!("{}/{}", subscription.subject, subscription.group).into();
        let lease = with_margin(subscription.lease);
        let (taken, watched) = (Vec::new(), HashMap::new());
        Self { hub, queue, lease, taken, pasts: None, watched }
    }

    fn place(handed: &Handed) -> Place {
        let Handed { partition, epoch, offset, token, .. } = *handed;
        Place { partition, epoch, offset, token }
    }

    /// Waits until something was taken that was not looked at.
    async fn take(&mut self, max: usize) -> Result<(), Error> {
        while self.taken.is_empty() {
            let arrived = self.hub.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            if self.hub.has_ended() {
                return Err(Error::closed());
            }
            let timer = if self.hub.in_doubt() {
                Some(Instant::now() + DOUBT)
            } else {
                let mut desk = self.hub.desk();
                self.taken.extend(desk.take(max, self.lease));
                desk.next_timer()
            };
            if self.taken.is_empty() {
                let wait = timer.map_or(IDLE, |at| at.saturating_duration_since(Instant::now()));
                // Elapsed or noticed: both mean to look again.
                let _ = tokio::time::timeout(wait.min(IDLE), arrived).await;
            }
        }
        Ok(())
    }

    /// What the ledger knows of what was taken and another process may have.
    fn ask(&self) -> Pasts {
        let mut asked = Vec::new();
        for handed in &self.taken {
            let ledger = Arc::clone(&self.hub.connection.ledger);
            let queue = Arc::clone(&self.queue);
            let id = handed.doubtful.then(|| handed.record.id(handed.partition, handed.offset));
            asked.push(async move {
                let Some(id) = id else { return Ok(None) };
                remote::past(&*ledger, &queue, &id).await.map(Some)
            });
        }
        // All at once: a ledger that syncs a disk does it once for them.
        Box::pin(try_join_all(asked))
    }

    /// Whether a message may be delivered, and whether it has a past; `None` where
    /// it has to wait for another process.
    fn judge(&mut self, handed: &Handed, past: Option<&Past>) -> Option<bool> {
        let key = (handed.partition, handed.offset);
        let revision = match past {
            None => return Some(handed.again),
            Some(Past::None) => return Some(false),
            Some(Past::Ended) => return Some(true),
            Some(Past::Running(revision)) => *revision,
        };
        let now = Instant::now();
        let (seen, since) = *self.watched.entry(key).or_insert((revision, now));
        if seen != revision {
            self.watched.insert(key, (revision, now));
        } else if now.duration_since(since) >= self.lease {
            self.watched.remove(&key);
            return Some(true);
        }
        None
    }

    /// How often another process is looked after.
    fn pause(&self) -> Duration {
        (self.lease / 4).clamp(Duration::from_millis(20), Duration::from_secs(2))
    }

    fn parcel(&self, handed: &Handed, redelivered: bool) -> Parcel {
        let record = &handed.record;
        let place = Self::place(handed);
        let ticket = Ticket { hub: Arc::clone(&self.hub), place, lease: self.lease };
        Parcel {
            id: record.id(handed.partition, handed.offset),
            headers: record.headers.clone(),
            body: record.body.clone(),
            redelivered,
            due_in: Duration::ZERO,
            expired: record.expired(),
            leased_at: handed.at,
            receipt: Arc::new(ticket),
        }
    }

    fn give_back(&mut self) {
        let now = Instant::now();
        self.pasts = None;
        for handed in std::mem::take(&mut self.taken) {
            self.hub.desk().back(Self::place(&handed), now);
        }
        self.hub.arrived.notify_waiters();
    }
}

impl Source for Seat {
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>> {
        Box::pin(async move {
            let mut parcels = Vec::new();
            while parcels.is_empty() {
                self.take(max).await?;
                let asked = self.pasts.take().unwrap_or_else(|| self.ask());
                let answer = self.pasts.insert(asked).await;
                self.pasts = None;
                let pasts = answer?;
                // Nothing is awaited from here to the return, so that nothing is lost
                // where this is given up.
                for (handed, past) in std::mem::take(&mut self.taken).iter().zip(pasts) {
                    if let Some(redelivered) = self.judge(handed, past.as_ref()) {
                        // Lost meanwhile, it is refused where it is handed out.
                        self.hub.desk().judged(Self::place(handed));
                        parcels.push(self.parcel(handed, redelivered));
                    } else {
                        let due = Instant::now() + self.pause();
                        self.hub.desk().back(Self::place(handed), due);
                    }
                }
            }
            Ok(parcels)
        })
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        self.give_back();
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.give_back();
        self.hub.leave();
    }
}
