//! The partitions that this process has of one group, and who of its consumers
//! holds what of them.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::message::Record;
use super::partition::{Handed, Partition, Snapshot};
use super::progress::Progress;

/// How many messages wait in memory before no more are taken, and how few of them
/// are left when fetching goes on that was stopped.
const MOST: usize = 2000;
const FEW: usize = 1000;

/// What the broker knows of a lease's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// It is ours, under this lease.
    Here,
    /// Its partition went to another process.
    Moved,
    /// It was leased again.
    No,
}

/// A delivery, by its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) partition: i32,
    pub(super) epoch: u64,
    pub(super) offset: i64,
    pub(super) token: u64,
}

#[derive(Default)]
pub(super) struct Desk {
    partitions: BTreeMap<i32, Partition>,
    /// Given out in turn: numbers of assignments and of leases.
    last: u64,
    /// How often something was settled, and what was not yet written down then.
    settled: u64,
    closing: HashMap<Place, u64>,
    /// Whether no more is fetched for now.
    stopped: bool,
}

impl Desk {
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Takes over a partition; returns the number of the assignment.
    pub(super) fn gain(&mut self, partition: i32) -> u64 {
        let epoch = self.number();
        self.partitions.insert(partition, Partition::new(partition, epoch));
        epoch
    }

    pub(super) fn lose(&mut self, partition: i32) {
        self.partitions.remove(&partition);
        self.closing.retain(|place, _| place.partition != partition);
    }

    pub(super) fn lose_all(&mut self) {
        self.partitions.clear();
        self.closing.clear();
    }

    fn of(&mut self, partition: i32, epoch: u64) -> Option<&mut Partition> {
        self.partitions.get_mut(&partition).filter(|found| found.epoch == epoch)
    }

    pub(super) fn has(&self, partition: i32, epoch: u64) -> bool {
        self.partitions.get(&partition).is_some_and(|found| found.epoch == epoch)
    }

    /// Whether anything of a partition has arrived.
    pub(super) fn has_any(&self, partition: i32) -> bool {
        self.partitions.get(&partition).is_none_or(|of| of.len() > 0)
    }

    pub(super) fn begin(
        &mut self,
        place: (i32, u64),
        past: (Progress, u64),
        committed: i64,
        fresh: i64,
    ) {
        if let Some(partition) = self.of(place.0, place.1) {
            partition.begin(past, committed, fresh);
        }
    }

    /// The number of a partition's assignment.
    pub(super) fn epoch(&self, partition: i32) -> u64 {
        self.partitions.get(&partition).map_or(0, |found| found.epoch)
    }

    pub(super) fn arrive(&mut self, place: (i32, u64), offset: i64, record: Option<Record>) {
        let Some(partition) = self.of(place.0, place.1) else { return };
        match record {
            Some(record) => partition.arrive(offset, record, Instant::now()),
            None => partition.pass_over(offset),
        }
    }

    fn held(&self) -> usize {
        self.partitions.values().map(Partition::len).sum()
    }

    /// How many messages may be taken now. Where fetching is stopped none comes, and
    /// what comes is news.
    pub(super) fn room(&self) -> usize {
        if self.stopped { MOST } else { MOST.saturating_sub(self.held()) }
    }

    /// Whether fetching has to stop (`true`), where there is no room and has been none
    /// for `long`, or to go on (`false`) from now on.
    pub(super) fn turn_of_the_tide(&mut self, long: bool) -> Option<bool> {
        let held = self.held();
        let stopped = if self.stopped { held > FEW } else { long && held >= MOST };
        (std::mem::replace(&mut self.stopped, stopped) != stopped).then_some(stopped)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Hands out at most `max` messages, the oldest ones of all partitions first.
    pub(super) fn take(&mut self, max: usize, lease: Duration) -> Vec<Handed> {
        let now = Instant::now();
        let mut handed = Vec::new();
        for partition in self.partitions.values_mut() {
            partition.sweep(now);
        }
        while handed.len() < max {
            let token = self.number();
            let ready = self.partitions.values_mut().filter(|of| of.oldest_ready().is_some());
            let Some(oldest) = ready.min_by_key(|of| of.oldest_ready()) else { break };
            handed.extend(oldest.take(token, now, lease));
        }
        handed
    }

    /// When something may become ready by itself.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.partitions.values().filter_map(Partition::next_timer).min()
    }

    fn on_held(&mut self, place: Place, act: impl FnOnce(&mut Partition) -> bool) -> Held {
        match self.of(place.partition, place.epoch) {
            None => Held::Moved,
            Some(partition) => {
                if act(partition) {
                    Held::Here
                } else {
                    Held::No
                }
            }
        }
    }

    pub(super) fn judged(&mut self, place: Place) -> Held {
        self.on_held(place, |of| of.judged(place.offset, place.token))
    }

    pub(super) fn extend(&mut self, place: Place, until: Instant) -> Held {
        self.on_held(place, |of| of.extend(place.offset, place.token, until))
    }

    pub(super) fn back(&mut self, place: Place, due: Instant) -> Held {
        self.on_held(place, |of| of.back(place.offset, place.token, due))
    }

    /// Is done with a message; returns the number of the settlement, after which
    /// [`written`](Self::written) has to be asked.
    pub(super) fn settle(&mut self, place: Place) -> Result<u64, Held> {
        if let Some(number) = self.closing.get(&place) {
            return Ok(*number);
        }
        match self.on_held(place, |of| of.settle(place.offset, place.token)) {
            Held::Here => {
                self.settled += 1;
                self.closing.insert(place, self.settled);
                Ok(self.settled)
            }
            other => Err(other),
        }
    }

    /// What is to be written down now, and the number of the last settlement
    /// that is in it.
    pub(super) fn snapshot(&self) -> (u64, Vec<Snapshot>) {
        let changed = self.partitions.values().map(Partition::snapshot);
        let changed = changed.filter(|of| of.commit.is_some() || of.progress.is_some());
        (self.settled, changed.collect())
    }

    /// Takes note of what the ledger knows now.
    pub(super) fn noted(&mut self, place: (i32, u64), progress: Progress, revision: u64) {
        if let Some(partition) = self.of(place.0, place.1) {
            partition.noted(progress, revision);
        }
    }

    pub(super) fn committed(&mut self, place: (i32, u64), offset: i64) {
        if let Some(partition) = self.of(place.0, place.1) {
            partition.committed(offset);
        }
    }

    /// All settlements up to this number are written down.
    pub(super) fn written(&mut self, number: u64) {
        self.closing.retain(|_, settled| *settled > number);
    }

    pub(super) fn leased(&self) -> u64 {
        self.partitions.values().map(Partition::leased).sum()
    }

    pub(super) fn paused(&self) -> u64 {
        self.partitions.values().map(Partition::paused).sum()
    }

    /// How many messages are not done with, of topics that end at these offsets.
    pub(super) fn total(&self, ends: &BTreeMap<i32, i64>) -> u64 {
        let of = |partition: &Partition, end: i64| {
            let coming = u64::try_from(end - partition.next_offset()).unwrap_or_default();
            partition.len() as u64 + coming
        };
        let known = |(number, partition)| Some(of(partition, *ends.get(number)?));
        self.partitions.iter().filter_map(known).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    /// A desk with one partition, which begins at its beginning.
    fn desk(keys: &[Option<&'static str>]) -> (Desk, u64) {
        let mut desk = Desk::default();
        let epoch = desk.gain(0);
        for (offset, key) in (0..).zip(keys) {
            desk.arrive((0, epoch), offset, Some(Record::of(*key, offset)));
        }
        desk.begin((0, epoch), Default::default(), 0, 0);
        (desk, epoch)
    }

    fn take(desk: &mut Desk) -> Vec<Place> {
        let place = |handed: Handed| {
            let Handed { partition, epoch, offset, token, .. } = handed;
            Place { partition, epoch, offset, token }
        };
        desk.take(10, LEASE).into_iter().map(place).collect()
    }

    fn offsets(places: &[Place]) -> Vec<i64> {
        places.iter().map(|place| place.offset).collect()
    }

    fn written(desk: &Desk) -> (Option<i64>, Option<(i64, Vec<i64>)>) {
        let Some(of) = desk.snapshot().1.pop() else { return (None, None) };
        let progress = of.progress.map(|(of, _)| (of.top, of.open.into_iter().collect()));
        (of.commit, progress)
    }

    #[test]
    fn nothing_is_committed_past_a_message_that_is_not_done_with() {
        let (mut desk, epoch) = desk(&[None; 4]);
        let places = take(&mut desk);
        for offset in [1, 2] {
            desk.settle(places[offset]).expect("it is held");
        }
        assert_eq!(written(&desk), (None, Some((3, vec![0]))));
        desk.settle(places[0]).expect("it is held");
        assert_eq!(written(&desk), (Some(3), None));
        desk.committed((0, epoch), 3);
        assert_eq!(written(&desk), (None, None));
    }

    #[test]
    fn what_was_done_with_before_is_not_handed_out_again() {
        let (mut before, _) = desk(&[None; 5]);
        let places = take(&mut before);
        for offset in [1, 3] {
            before.settle(places[offset]).expect("it is held");
        }
        let (progress, _) = before.snapshot().1.remove(0).progress.expect("it is written");
        let mut after = Desk::default();
        let epoch = after.gain(0);
        for offset in 0..6 {
            after.arrive((0, epoch), offset, Some(Record::of(None, offset)));
        }
        after.begin((0, epoch), (progress, 1), 0, 5);
        let taken = after.take(10, LEASE);
        let doubtful: Vec<_> = taken.iter().map(|of| (of.offset, of.doubtful)).collect();
        assert_eq!(doubtful, [(0, true), (2, true), (4, true), (5, false)]);
    }

    #[test]
    fn messages_of_a_key_follow_each_other_and_others_pass() {
        let (mut desk, _) = desk(&[Some("x"), Some("x"), Some("y"), None, Some("x")]);
        let first = take(&mut desk);
        assert_eq!(offsets(&first), [0, 2, 3]);
        assert!(desk.back(first[0], Instant::now() + LEASE) == Held::Here);
        assert_eq!(offsets(&take(&mut desk)), [0; 0], "a pause was overtaken");
        desk.settle(first[1]).expect("it is held");
        assert!(desk.settle(first[0]).is_err(), "it was given back");
    }

    #[test]
    fn fetching_stops_only_where_there_is_no_room_for_long() {
        let (mut desk, _) = desk(&vec![None; MOST]);
        assert_eq!((desk.room(), desk.turn_of_the_tide(false)), (0, None));
        let place = take(&mut desk)[0];
        desk.settle(place).expect("it is held");
        assert_eq!((desk.room(), desk.turn_of_the_tide(true)), (1, None));
        desk.arrive((0, place.epoch), 1 << 20, Some(Record::of(None, 0)));
        assert_eq!(desk.turn_of_the_tide(true), Some(true));
        assert_eq!((desk.room(), desk.turn_of_the_tide(true)), (MOST, None), "news is taken");
        for handed in desk.take(MOST - FEW, LEASE) {
            let Handed { partition, epoch, offset, token, .. } = handed;
            assert_eq!(desk.turn_of_the_tide(false), None);
            desk.settle(Place { partition, epoch, offset, token }).expect("it is held");
        }
        assert_eq!((desk.turn_of_the_tide(false), desk.room()), (Some(false), MOST - FEW));
    }

    #[test]
    fn a_lease_that_is_over_or_moved_holds_nothing() {
        let (mut desk, _) = desk(&[None]);
        let late = desk.take(1, Duration::ZERO).remove(0);
        let again = take(&mut desk)[0];
        let late = Place { token: late.token, ..again };
        assert!(desk.extend(late, Instant::now()) == Held::No);
        assert!(desk.extend(again, Instant::now() + LEASE) == Held::Here);
        desk.lose(0);
        desk.gain(0);
        assert!(desk.settle(again).is_err_and(|held| held == Held::Moved));
    }
}
