//! F3: handlers that fail. Nobody dies, so every count is exact.

use std::collections::BTreeMap;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::log;
use super::place::Place;
use super::work::Kind::{Bad, Failing, Flaky, Key, Plain};

/// The longest pause that the probe's contract has between attempts, and how much
/// later a busy machine may come to it.
const PAUSE: u64 = 50 + 5_000;

pub(crate) async fn failures_are_counted_exactly(place: impl Fn() -> Place) {
    let kinds = [(Plain, 40), (Flaky, 15), (Failing, 15), (Bad, 10), (Key, 20)];
    let case = Case::new(place(), &kinds);
    let deaths = case.run_with(case.crew(CONCURRENCY).with_long_leases(), 2).await;
    assert_eq!(deaths, 0, "a failure killed its worker");
    let broker = case.open().await;
    case.check(&broker, Allowed { cut_off: 0, at_once: CONCURRENCY }).await;
    let mut failed = BTreeMap::new();
    for line in log::read(&case.log) {
        match line.what.as_str() {
            "fail" => drop(failed.insert(line.name, line.millis)),
            "start" => {
                let pause = failed.get(&line.name).map(|at| line.millis.saturating_sub(*at));
                assert!(pause.is_none_or(|pause| pause < PAUSE), "{} waited {pause:?}", line.name);
            }
            _ => {}
        }
    }
}
