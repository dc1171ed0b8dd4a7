//! The invariants, as comparisons of sets: what was accepted, what had an
//! effect, what is a dead letter, what was started.

use std::collections::{BTreeMap, BTreeSet};

use agentgen::broker::Broker;
use agentgen::queue::{DeadLetter, dead_letters};

use super::case::{CONCURRENCY, Case, SUBJECTS, left};
use super::log::{self, Line};
use super::work::{Kind, Work};

/// The most dead letters of a subject.
const MANY: usize = 10_000;

/// What the faults of a run allow.
#[derive(Clone, Copy, Default)]
pub(crate) struct Allowed {
    /// How many attempts were cut off, and so may be repeated.
    pub(crate) cut_off: usize,
    /// How many handlers of one rpc may run at once in a process.
    pub(crate) at_once: usize,
}

impl Case {
    /// Everything that holds once the queue is empty.
    pub(crate) async fn check(&self, broker: &Broker, allowed: Allowed) {
        let accepted = self.accepted.names();
        let all = self.by_name();
        let lines = log::read(&self.log);
        let effects = log::count(&lines, "effect");
        let dead = buried(broker, &all).await;

        // I1: nothing is lost, and nothing made up.
        let lost = self.missing(broker).await;
        assert!(lost.is_empty(), "lost: {lost:?}");
        let done = effects.keys().chain(dead.keys());
        let unknown: Vec<_> = done.filter(|name| !all.contains_key(name.as_str())).collect();
        assert!(unknown.is_empty(), "made up: {unknown:?}");
        // I3: the dead letters are those that must be, and no innocents.
        let condemned = |name: &&String| all[name.as_str()].kind.end().is_some();
        let expected: BTreeSet<_> = accepted.iter().filter(condemned).collect();
        let found: BTreeSet<_> = dead.keys().filter(|name| accepted.contains(*name)).collect();
        assert_eq!(found, expected, "the dead letters are not what they must be");
        self.check_counts(&lines, &effects, &dead, allowed);
        // I4: nothing is left at the broker.
        assert_eq!(left(broker).await, 0, "something is left");
        // I5: what is ordered had its effect in order.
        check_order(&lines);
        // I7: no process did more at once than it may.
        if allowed.at_once > 0 {
            let most = log::most_at_once(&lines);
            assert!(most <= allowed.at_once, "{most} handlers at once in a process");
        }
    }

    fn by_name(&self) -> BTreeMap<&str, &Work> {
        self.work.iter().map(|work| (work.name.as_str(), work)).collect()
    }

    /// What was accepted, had no effect and is no dead letter.
    pub(super) async fn missing(&self, broker: &Broker) -> BTreeSet<String> {
        let mut missing = self.accepted.names();
        for name in log::count(&log::read(&self.log), "effect").keys() {
            missing.remove(name);
        }
        for name in buried(broker, &self.by_name()).await.keys() {
            missing.remove(name);
        }
        missing
    }

    /// I2 and I6: nothing is done or begun more often than the faults explain.
    fn check_counts(
        &self,
        lines: &[Line],
        effects: &BTreeMap<String, usize>,
        dead: &BTreeMap<String, usize>,
        allowed: Allowed,
    ) {
        let again =
            |counts: &BTreeMap<String, usize>| counts.values().map(|n| n - 1).sum::<usize>();
        // On a busy machine an attempt may be cut off without any other fault.
        let most = match allowed.cut_off {
            0 => 0,
            most => most + CONCURRENCY * 2,
        };
        let late = self.work.iter().filter(|work| work.kind == Kind::Late).count();
        let (repeated, buried_again) = (again(effects), again(dead));
        println!(
            "{} accepted, {} effects, {repeated} repeated; {} dead, {buried_again} repeated",
            self.accepted.names().len(),
            effects.len(),
            dead.len()
        );
        assert!(repeated <= late + most, "{repeated} effects again, {late} + {most} explained");
        assert!(buried_again <= most, "{buried_again} dead letters again, {most} explained");
        let starts = log::count(lines, "start");
        let extra: usize = self
            .work
            .iter()
            .map(|work| starts.get(&work.name).map_or(0, |n| n.saturating_sub(work.kind.starts())))
            .sum();
        assert!(extra <= most, "{extra} starts too many, {most} explained");
        for work in self.work.iter().filter(|work| work.kind == Kind::Failing) {
            let fails = log::count(lines, "fail").get(&work.name).copied().unwrap_or_default();
            assert!(fails >= 3 || dead.is_empty(), "{}: {fails} failures", work.name);
        }
    }
}

/// The dead letters by name, with how often each is there.
async fn buried(broker: &Broker, all: &BTreeMap<&str, &Work>) -> BTreeMap<String, usize> {
    let mut dead = BTreeMap::new();
    for subject in SUBJECTS {
        let subject = format!("{subject}.dead");
        for letter in dead_letters(broker, &subject, 0, MANY).await.expect("dead letters") {
            let name = letter.headers.get("idempotency-key").expect("the key it was sent with");
            check_letter(&letter, all.get(name).expect("it was published"));
            *dead.entry(name.to_owned()).or_default() += 1;
        }
    }
    dead
}

/// I3: a dead letter tells why, and is what was published.
fn check_letter(letter: &DeadLetter, work: &Work) {
    let (reason, starts) = work.kind.end().unwrap_or_else(|| {
        panic!("{} is innocent, and was dead-lettered: {letter:?}", work.name);
    });
    assert_eq!(letter.reason, reason, "{letter:?}");
    let kind = work.kind;
    let exact = kind != Kind::Poison && letter.history.crashes == 0;
    assert!(!exact || letter.history.starts == starts, "{starts} starts of {kind:?}: {letter:?}");
    let published = prost::Message::encode_to_vec(&work.job);
    assert_eq!(&letter.body[..], &published[..], "the body is another one");
}

fn check_order(lines: &[Line]) {
    let mut last = BTreeMap::<&str, u32>::new();
    let mut seen = BTreeSet::new();
    for line in lines.iter().filter(|line| line.what == "effect") {
        let Some((key, place)) = line.name.split_once('/') else { continue };
        if seen.insert(&line.name) {
            let place: u32 = place.parse().expect("the place of an ordered job");
            let before = last.insert(key, place).unwrap_or_default();
            assert!(before < place, "{} had its effect after {key}/{before}", line.name);
        }
    }
}
