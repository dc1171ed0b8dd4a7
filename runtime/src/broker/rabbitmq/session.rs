//! What was delivered over one channel and is not settled. `RabbitMQ` leaves a message
//! with its consumer for as long as the channel is open; leases and short pauses are
//! counted here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lapin::options::BasicNackOptions;
use lapin::{Acker, Channel};
use tokio::sync::Notify;

use super::answered;
use super::connection::Link;
use crate::broker::Error;

/// How often a channel is looked at where nothing ends sooner.
const IDLE: Duration = Duration::from_secs(1);

/// The deliveries of one channel.
pub(super) struct Session {
    link: Arc<Link>,
    pub(super) channel: Channel,
    lease: Duration,
    entries: Mutex<Entries>,
    changed: Notify,
}

#[derive(Default)]
struct Entries {
    held: HashMap<u64, Entry>,
    number: u64,
    /// When the keeper looks again by itself. Nearly every lease ends later.
    look: Option<Instant>,
    /// Nothing more is delivered.
    closed: bool,
}

struct Entry {
    acker: Acker,
    until: Instant,
    ordered: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has asked for it yet.
    Waiting,
    /// On its way into its queue again, with an id.
    Passing,
    Taken,
    /// Given back, for later.
    Parked,
}

/// What a channel holds.
#[derive(Clone, Copy, Default)]
pub(super) struct Held {
    /// Delivered, and asked for by nobody yet.
    pub(super) waiting: u64,
    pub(super) leased: u64,
    pub(super) parked: u64,
}

impl Session {
    pub(super) fn new(link: Arc<Link>, channel: Channel, lease: Duration) -> Self {
        let (entries, changed) = (Mutex::default(), Notify::new());
        Self { link, channel, lease, entries, changed }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what is held is ours still.
    pub(super) fn is_alive(&self) -> bool {
        self.link.is_alive() && self.channel.status().connected()
    }

    /// Begins the lease of a delivery; returns its number.
    pub(super) fn add(&self, acker: Acker, ordered: bool, now: Instant) -> u64 {
        let until = now + self.lease;
        let mut entries = self.entries();
        entries.number += 1;
        let number = entries.number;
        entries.held.insert(number, Entry { acker, until, ordered, state: State::Waiting });
        self.note(&entries, until);
        number
    }

    /// Hands a delivery out, unless its time is over.
    pub(super) fn take(&self, number: u64) -> bool {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&number);
        entry.map(|entry| entry.state = State::Taken).is_some() && self.is_alive()
    }

    /// Takes a delivery that is for nobody here, unless its time is over.
    pub(super) fn pass(&self, number: u64) -> bool {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&number);
        entry.map(|entry| entry.state = State::Passing).is_some() && self.is_alive()
    }

    /// Begins a lease anew.
    pub(super) fn extend(&self, number: u64) -> Result<(), Error> {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&number).filter(|entry| entry.state == State::Taken);
        let entry = entry.filter(|_| self.is_alive()).ok_or_else(Error::stale)?;
        entry.until = Instant::now() + self.lease;
        Ok(())
    }

    /// Keeps a message for a pause, after which it comes again.
    pub(super) fn park(&self, number: u64, pause: Duration) -> Result<(), Error> {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&number).filter(|_| self.is_alive());
        let entry = entry.ok_or_else(Error::stale)?;
        let until = Instant::now() + pause;
        (entry.until, entry.state) = (until, State::Parked);
        self.note(&entries, until);
        Ok(())
    }

    /// Ends a delivery here; stale where it has ended.
    pub(super) fn remove(&self, number: u64) -> Result<Acker, Error> {
        let mut entries = self.entries();
        let entry = entries.held.remove(&number).ok_or_else(Error::stale)?;
        if entries.closed {
            self.changed.notify_one();
        }
        drop(entries);
        if self.is_alive() { Ok(entry.acker) } else { Err(Error::stale()) }
    }

    /// How many unordered ones are out of the server's hands and not waiting here.
    pub(super) fn out(&self) -> usize {
        let entries = self.entries();
        let out = entries.held.values();
        let here = |entry: &&Entry| !matches!(entry.state, State::Waiting | State::Passing);
        out.filter(|entry| !entry.ordered).filter(here).count()
    }

    pub(super) fn held(&self) -> Held {
        if !self.is_alive() {
            return Held::default();
        }
        let entries = self.entries();
        let count = |state: State| {
            entries.held.values().filter(|entry| entry.state == state).count() as u64
        };
        Held {
            waiting: count(State::Waiting) + count(State::Passing),
            leased: count(State::Taken),
            parked: count(State::Parked),
        }
    }

    /// Gives back what nobody has asked for; nothing more is to come.
    pub(super) async fn close(&self) {
        let waiting = {
            let mut entries = self.entries();
            entries.closed = true;
            let waiting = |_: &u64, entry: &mut Entry| entry.state == State::Waiting;
            entries.held.extract_if(waiting).map(|(_, entry)| entry.acker).collect()
        };
        self.changed.notify_one();
        self.give_back(waiting).await;
    }

    /// Gives messages back to the server, which offers them again at once.
    pub(super) async fn give_back(&self, ackers: Vec<Acker>) {
        for acker in ackers {
            let options = BasicNackOptions { multiple: false, requeue: true };
            if let Err(error) = answered(acker.nack(options)).await {
                tracing::debug!(%error, "messages come back with their channel");
                return self.cut().await;
            }
        }
    }

    /// Ends the channel, so that the server has all that it holds again: for when the
    /// server did not answer, and may know nothing of what it was told.
    pub(super) async fn cut(&self) {
        let (code, text) = (lapin::protocol::constants::REPLY_SUCCESS, "no answer".into());
        // Whether or not the server hears of it, nothing is settled over it any more.
        let _ = answered(self.channel.close(code, text)).await;
    }

    /// Wakes the keeper, where something ends before it would look.
    fn note(&self, entries: &Entries, until: Instant) {
        if entries.look.is_some_and(|look| until < look) {
            self.changed.notify_one();
        }
    }

    /// Takes out what is overdue; when to look again, at the end of the next lease or
    /// pause.
    fn overdue(&self) -> (Vec<Acker>, Instant) {
        let (mut entries, now) = (self.entries(), Instant::now());
        let over = entries.held.extract_if(|_, entry| entry.until <= now);
        let over = over.map(|(_, entry)| entry.acker).collect();
        let next = entries.held.values().map(|entry| entry.until).min();
        let look = next.map_or(now + IDLE, |next| next.min(now + IDLE));
        entries.look = Some(look);
        (over, look)
    }

    fn is_over(&self) -> bool {
        let entries = self.entries();
        (entries.closed && entries.held.is_empty()) || !self.is_alive()
    }
}

/// Ends leases and pauses, until the channel is gone or holds nothing any more.
pub(super) async fn keep(session: Arc<Session>) {
    while !session.is_over() {
        let (over, look) = session.overdue();
        session.give_back(over).await;
        // Elapsed or changed: both mean to look again.
        let _ = tokio::time::timeout_at(look.into(), session.changed.notified()).await;
    }
}
