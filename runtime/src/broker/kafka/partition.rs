//! One partition in the hands of this process: which of its messages are ready,
//! held back, leased or done with. It decides everything and does nothing: no
//! network, no clock of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::message::Record;
use super::progress::Progress;

/// A message that is not done with.
struct Item {
    record: Arc<Record>,
    state: State,
    /// Before this time it is not handed out.
    due: Instant,
    /// Which lease is the last one; 0 where there is none.
    token: u64,
    /// Whether it was handed out here before.
    again: bool,
    /// Whether another process may have been handed it before.
    doubtful: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    /// An earlier message of its key is not done with.
    Behind,
    Paused,
    Leased(Instant),
}

/// A message that is handed out.
pub(super) struct Handed {
    pub(super) partition: i32,
    pub(super) epoch: u64,
    pub(super) offset: i64,
    pub(super) token: u64,
    /// When the lease began.
    pub(super) at: Instant,
    pub(super) record: Arc<Record>,
    pub(super) again: bool,
    pub(super) doubtful: bool,
}

/// What is to be written down of a partition.
pub(super) struct Snapshot {
    pub(super) partition: i32,
    pub(super) epoch: u64,
    /// What is to be committed, where that has changed.
    pub(super) commit: Option<i64>,
    /// What the ledger is to know, where that has changed, and the revision that
    /// it follows.
    pub(super) progress: Option<(Progress, u64)>,
}

pub(super) struct Partition {
    number: i32,
    /// Which assignment of the partition this is.
    pub(super) epoch: u64,
    /// What arrived before the past of the partition was known.
    early: Option<VecDeque<(i64, Record)>>,
    items: BTreeMap<i64, Item>,
    ready: BTreeSet<i64>,
    timers: BTreeSet<(Instant, i64)>,
    /// The messages of each ordering key that are not done with, in order.
    keys: HashMap<Bytes, VecDeque<i64>>,
    /// The next offset to arrive.
    next: i64,
    /// What was there when the partition was taken over ends here.
    fresh: i64,
    progress: Progress,
    committed: i64,
    written: Progress,
    revision: u64,
    written_at: Instant,
}

/// How long the ledger may not know how far a group has come that Kafka knows it
/// of, and forgets it of when it has no consumer for days.
const LATE: Duration = Duration::from_secs(60);

impl Partition {
    /// One of which the past is not known yet.
    pub(super) fn new(number: i32, epoch: u64) -> Self {
        Self {
            number,
            epoch,
            early: Some(VecDeque::new()),
            items: BTreeMap::new(),
            ready: BTreeSet::new(),
            timers: BTreeSet::new(),
            keys: HashMap::new(),
            next: 0,
            fresh: 0,
            progress: Progress::default(),
            committed: 0,
            written: Progress::default(),
            revision: 0,
            written_at: Instant::now(),
        }
    }

    /// Takes note of the past: what is done with, up to where it was committed,
    /// and from where on nobody was handed anything.
    pub(super) fn begin(&mut self, past: (Progress, u64), committed: i64, fresh: i64) {
        let Some(early) = self.early.take() else { return };
        (self.progress, self.revision) = past;
        self.progress.open = self.progress.open.split_off(&committed);
        self.written = self.progress.clone();
        (self.committed, self.next, self.fresh) = (committed, committed, fresh);
        let now = Instant::now();
        for (offset, record) in early {
            self.arrive(offset, record, now);
        }
    }

    pub(super) fn is_known(&self) -> bool {
        self.early.is_none()
    }

    /// How many messages are in memory.
    pub(super) fn len(&self) -> usize {
        self.items.len() + self.early.as_ref().map_or(0, VecDeque::len)
    }

    /// The end of what has arrived.
    pub(super) fn next_offset(&self) -> i64 {
        self.next
    }

    pub(super) fn leased(&self) -> u64 {
        self.count(|state| matches!(state, State::Leased(_)))
    }

    pub(super) fn paused(&self) -> u64 {
        self.count(|state| state == State::Paused)
    }

    fn count(&self, of: impl Fn(State) -> bool) -> u64 {
        self.items.values().filter(|item| of(item.state)).count() as u64
    }

    pub(super) fn arrive(&mut self, offset: i64, record: Record, now: Instant) {
        if let Some(early) = &mut self.early {
            return early.push_back((offset, record));
        }
        if offset < self.next {
            return;
        }
        self.next = offset + 1;
        if self.progress.covers(offset, record.published) {
            return;
        }
        if let Some(key) = &record.key {
            self.keys.entry(key.clone()).or_default().push_back(offset);
        }
        let item = Item {
            due: now + record.due_in(),
            record: Arc::new(record),
            state: State::Behind,
            token: 0,
            again: false,
            doubtful: offset < self.fresh,
        };
        self.items.insert(offset, item);
        self.place(offset, now);
    }

    /// Skips a message that is nobody's here.
    pub(super) fn pass_over(&mut self, offset: i64) {
        self.next = self.next.max(offset + 1);
    }

    /// Puts a message that nobody holds where it belongs.
    fn place(&mut self, offset: i64, now: Instant) {
        let Some(item) = self.items.get_mut(&offset) else { return };
        let first = |key: &Bytes| self.keys.get(key).and_then(VecDeque::front) == Some(&offset);
        item.state = if !item.record.key.as_ref().is_none_or(first) {
            State::Behind
        } else if item.due > now {
            self.timers.insert((item.due, offset));
            State::Paused
        } else {
            self.ready.insert(offset);
            State::Ready
        };
    }

    /// Lets pauses and leases end whose time has come.
    pub(super) fn sweep(&mut self, now: Instant) {
        while let Some((time, offset)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(time, offset));
            let over = self.items.get(&offset).is_some_and(|item| match item.state {
                State::Paused => true,
                State::Leased(until) => until == time,
                State::Ready | State::Behind => false,
            });
            if over {
                self.give_up(offset);
                self.place(offset, now);
            }
        }
    }

    /// When [`sweep`](Self::sweep) has something to do next.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.timers.first().map(|(time, _)| *time)
    }

    /// Ends the lease of a message.
    fn give_up(&mut self, offset: i64) {
        if let Some(item) = self.items.get_mut(&offset) {
            if let State::Leased(until) = item.state {
                self.timers.remove(&(until, offset));
            }
            item.token = 0;
        }
    }

    /// When the message that is handed out next was published.
    pub(super) fn oldest_ready(&self) -> Option<i64> {
        let first = self.ready.first()?;
        self.items.get(first).map(|item| item.record.published)
    }

    /// Hands out the oldest message that is ready.
    pub(super) fn take(&mut self, token: u64, at: Instant, lease: Duration) -> Option<Handed> {
        let until = at + lease;
        let offset = self.ready.pop_first()?;
        let item = self.items.get_mut(&offset)?;
        item.state = State::Leased(until);
        self.timers.insert((until, offset));
        item.token = token;
        let handed = Handed {
            partition: self.number,
            epoch: self.epoch,
            offset,
            token,
            at,
            record: Arc::clone(&item.record),
            again: item.again,
            doubtful: item.doubtful,
        };
        item.again = true;
        Some(handed)
    }

    /// No other process has the message, as far as this lease of it knows.
    pub(super) fn judged(&mut self, offset: i64, token: u64) -> bool {
        let Some(item) = self.held(offset, token) else { return false };
        item.doubtful = false;
        true
    }

    /// The message, where this lease of it is the last.
    fn held(&mut self, offset: i64, token: u64) -> Option<&mut Item> {
        self.items.get_mut(&offset).filter(|item| item.token == token)
    }

    pub(super) fn extend(&mut self, offset: i64, token: u64, until: Instant) -> bool {
        let Some(item) = self.held(offset, token) else { return false };
        let State::Leased(before) = std::mem::replace(&mut item.state, State::Leased(until)) else {
            return false;
        };
        self.timers.remove(&(before, offset));
        self.timers.insert((until, offset));
        true
    }

    /// Takes a message back until it is due.
    pub(super) fn back(&mut self, offset: i64, token: u64, due: Instant) -> bool {
        let Some(item) = self.held(offset, token) else { return false };
        item.due = due;
        // It may be given back because another process has begun it meanwhile.
        item.doubtful = true;
        self.give_up(offset);
        self.place(offset, Instant::now());
        true
    }

    /// Is done with a message.
    pub(super) fn settle(&mut self, offset: i64, token: u64) -> bool {
        if self.held(offset, token).is_none() {
            return false;
        }
        self.give_up(offset);
        if let Some(item) = self.items.remove(&offset) {
            self.progress.top = self.progress.top.max(offset + 1);
            self.progress.latest = self.progress.latest.max(item.record.published);
            if let Some(key) = &item.record.key {
                self.follow(key);
            }
        }
        true
    }

    /// The first message of a key is gone: the next one may come.
    fn follow(&mut self, key: &Bytes) {
        let Some(offsets) = self.keys.get_mut(key) else { return };
        offsets.pop_front();
        match offsets.front().copied() {
            Some(next) => self.place(next, Instant::now()),
            None => drop(self.keys.remove(key)),
        }
    }

    /// What is to be written down.
    pub(super) fn snapshot(&self) -> Snapshot {
        let done = self.items.first_key_value().map_or(self.next, |(offset, _)| *offset);
        let mut progress = self.progress.clone();
        // What has not arrived yet is open as it was.
        progress.open = progress.open.split_off(&self.next);
        progress.open.extend(self.items.range(..progress.top.max(0)).map(|(offset, _)| *offset));
        let due = progress.top > done || self.written_at.elapsed() > LATE;
        let matters = due && progress != self.written;
        Snapshot {
            partition: self.number,
            epoch: self.epoch,
            commit: (self.is_known() && done > self.committed).then_some(done),
            progress: (self.is_known() && matters).then_some((progress, self.revision)),
        }
    }

    /// Takes note of what the ledger knows.
    pub(super) fn noted(&mut self, progress: Progress, revision: u64) {
        (self.written, self.revision, self.written_at) = (progress, revision, Instant::now());
    }

    /// Takes note of what was committed.
    pub(super) fn committed(&mut self, offset: i64) {
        self.committed = self.committed.max(offset);
    }
}
