//! What was delivered over one channel and is not settled. `RabbitMQ` leaves a message
//! with its consumer for as long as the channel is open; leases and short pauses are
//! counted here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lapin::Channel;
use lapin::options::BasicNackOptions;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::acks::Acks;
use super::answered;
use super::connection::Link;
use crate::broker::Error;

/// How often a channel is looked at where nothing ends sooner.
const IDLE: Duration = Duration::from_secs(1);

/// The deliveries of one channel.
pub(super) struct Session {
    link: Arc<Link>,
    pub(super) channel: Channel,
    acks: Acks,
    lease: Duration,
    /// Whether it is a lane's, which has the channel to itself: a consumer that is cancelled
    /// with a message in hand makes way for the next message at once, one whose channel ends
    /// gives its own back first.
    pub(super) ordered: bool,
    entries: Mutex<Entries>,
    changed: Notify,
}

#[derive(Default)]
struct Entries {
    /// By their delivery tags.
    held: HashMap<u64, Entry>,
    /// When the keeper looks again by itself. Nearly every lease ends later.
    look: Option<Instant>,
    /// How many acknowledgements are on their way.
    leaving: usize,
    /// Nothing more is delivered.
    closed: bool,
}

struct Entry {
    until: Instant,
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
    pub(super) fn new(
        runtime: &Handle,
        link: Arc<Link>,
        channel: Channel,
        lease: Duration,
        ordered: bool,
    ) -> Self {
        let (acks, acknowledging) = Acks::over(channel.clone());
        runtime.spawn(acknowledging);
        let (entries, changed) = (Mutex::default(), Notify::new());
        Self { link, channel, acks, lease, ordered, entries, changed }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what is held is ours still.
    pub(super) fn is_alive(&self) -> bool {
        self.link.is_alive() && self.channel.status().connected()
    }

    /// Begins the lease of a delivery.
    pub(super) fn add(&self, tag: u64, now: Instant) {
        let until = now + self.lease;
        let mut entries = self.entries();
        entries.held.insert(tag, Entry { until, state: State::Waiting });
        self.note(&entries, until);
    }

    /// Hands a delivery out, unless its time is over.
    pub(super) fn take(&self, tag: u64) -> bool {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&tag);
        entry.map(|entry| entry.state = State::Taken).is_some() && self.is_alive()
    }

    /// Takes a delivery that is for nobody here, unless its time is over.
    pub(super) fn pass(&self, tag: u64) -> bool {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&tag);
        entry.map(|entry| entry.state = State::Passing).is_some() && self.is_alive()
    }

    /// Begins a lease anew.
    pub(super) fn extend(&self, tag: u64) -> Result<(), Error> {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&tag).filter(|entry| entry.state == State::Taken);
        let entry = entry.filter(|_| self.is_alive()).ok_or_else(Error::stale)?;
        entry.until = Instant::now() + self.lease;
        Ok(())
    }

    /// Keeps a message for a pause, after which it comes again.
    pub(super) fn park(&self, tag: u64, pause: Duration) -> Result<(), Error> {
        let mut entries = self.entries();
        let entry = entries.held.get_mut(&tag).filter(|_| self.is_alive());
        let entry = entry.ok_or_else(Error::stale)?;
        let until = Instant::now() + pause;
        (entry.until, entry.state) = (until, State::Parked);
        self.note(&entries, until);
        self.note_end(&entries);
        Ok(())
    }

    /// Acknowledges a delivery; stale where it has ended, or its channel has.
    pub(super) async fn acknowledge(&self, tag: u64) -> Result<(), Error> {
        self.entries().leaving += 1;
        let _leaving = Leaving(self);
        self.remove(tag)?;
        self.acks.ack(tag).await
    }

    /// Gives a delivery back, which is offered again at once; stale where it has ended.
    pub(super) async fn release(&self, tag: u64) -> Result<(), Error> {
        self.remove(tag)?;
        self.give_back(vec![tag]).await;
        Ok(())
    }

    /// Ends a delivery here; stale where it has ended.
    fn remove(&self, tag: u64) -> Result<(), Error> {
        let mut entries = self.entries();
        entries.held.remove(&tag).ok_or_else(Error::stale)?;
        self.note_end(&entries);
        drop(entries);
        if self.is_alive() { Ok(()) } else { Err(Error::stale()) }
    }

    /// How many are out of the server's hands and not waiting here.
    pub(super) fn out(&self) -> usize {
        let entries = self.entries();
        let out = entries.held.values();
        let here = |entry: &&Entry| !matches!(entry.state, State::Waiting | State::Passing);
        out.filter(here).count()
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

    /// Gives back what nobody has asked for; nothing more is to come. A lane's channel ends as
    /// soon as nobody works on what came over it.
    pub(super) async fn close(&self) {
        let waiting = {
            let mut entries = self.entries();
            entries.closed = true;
            let waiting = |_: &u64, entry: &mut Entry| entry.state == State::Waiting;
            entries.held.extract_if(waiting).map(|(tag, _)| tag).collect()
        };
        self.changed.notify_one();
        if !self.ordered {
            self.give_back(waiting).await;
        } else if self.is_over() {
            self.cut().await;
        }
    }

    /// Gives messages back to the server, which offers them again at once.
    async fn give_back(&self, tags: Vec<u64>) {
        for tag in tags {
            let options = BasicNackOptions { multiple: false, requeue: true };
            if let Err(error) = answered(self.channel.basic_nack(tag, options)).await {
                tracing::debug!(%error, "messages come back with their channel");
                return self.cut().await;
            }
            self.acks.gone(tag);
        }
    }

    /// Ends the channel; see [`cut`].
    pub(super) async fn cut(&self) {
        cut(&self.channel).await;
    }

    /// Wakes the keeper, where something ends before it would look.
    fn note(&self, entries: &Entries, until: Instant) {
        if entries.look.is_some_and(|look| until < look) {
            self.changed.notify_one();
        }
    }

    /// Wakes the keeper, where this may have been the last.
    fn note_end(&self, entries: &Entries) {
        if entries.closed {
            self.changed.notify_one();
        }
    }

    /// Takes out what is overdue; when to look again, at the end of the next lease or
    /// pause.
    fn overdue(&self) -> (Vec<u64>, Instant) {
        let (mut entries, now) = (self.entries(), Instant::now());
        let over = entries.held.extract_if(|_, entry| entry.until <= now);
        let over = over.map(|(tag, _)| tag).collect();
        let next = entries.held.values().map(|entry| entry.until).min();
        let look = next.map_or(now + IDLE, |next| next.min(now + IDLE));
        entries.look = Some(look);
        (over, look)
    }

    fn is_over(&self) -> bool {
        let entries = self.entries();
        // What is parked in a lane goes back with the channel.
        let holds = |entry: &Entry| !self.ordered || entry.state != State::Parked;
        let held = entries.leaving > 0 || entries.held.values().any(holds);
        (entries.closed && !held) || !self.is_alive()
    }
}

/// An acknowledgement on its way, before which a lane's channel does not end.
struct Leaving<'a>(&'a Session);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut entries = self.0.entries();
        entries.leaving -= 1;
        self.0.note_end(&entries);
    }
}

/// Ends a channel, so that the server has all that it holds again: for when the server did
/// not answer, and may know nothing of what it was told.
pub(super) async fn cut(channel: &Channel) {
    let (code, text) = (lapin::protocol::constants::REPLY_SUCCESS, "no answer".into());
    // Whether or not the server hears of it, nothing is settled over it any more.
    let _ = answered(channel.close(code, text)).await;
}

/// Ends leases and pauses, until the channel is gone or holds nothing any more.
pub(super) async fn keep(session: Arc<Session>) {
    while !session.is_over() {
        let (over, look) = session.overdue();
        session.give_back(over).await;
        // Elapsed or changed: both mean to look again.
        let _ = tokio::time::timeout_at(look.into(), session.changed.notified()).await;
    }
    if session.ordered {
        session.cut().await;
    }
}
