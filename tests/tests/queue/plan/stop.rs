//! F11: a worker is told to stop under load.

use std::time::{Duration, Instant};

use agentgen::broker::Capability;

use super::case::{CONCURRENCY, Case, SUBJECTS};
use super::check::Allowed;
use super::local::until;
use super::log;
use super::place::Place;
use super::work::Kind::{Flaky, Key, Plain};

pub(crate) async fn a_terminated_worker_hands_everything_back(place: impl Fn() -> Place) {
    let case = Case::new(place(), &[(Plain, 150), (Flaky, 10), (Key, 40)]);
    let broker = case.open().await;
    case.publish(&broker).await;
    for round in 1..=2 {
        let mut crew = case.crew(CONCURRENCY).with_long_leases();
        crew.hire(1);
        let enough = round * 40;
        let count = async || log::count(&log::read(&case.log), "effect").len() >= enough;
        until("the worker is at it", count).await;
        let since = Instant::now();
        crew.dismiss().await;
        assert!(since.elapsed() < Duration::from_secs(10), "it took {:?}", since.elapsed());
        if broker.capabilities().has(Capability::ExactDepth) {
            let mut held = 0;
            for subject in SUBJECTS {
                held += broker.depth(subject).await.expect("the depth").leased;
            }
            assert_eq!(held, 0, "something waits for the end of a lease");
        }
    }
    let mut crew = case.crew(CONCURRENCY).with_long_leases();
    crew.hire(2);
    case.drained(&broker, &mut crew, async |_| {}).await;
    crew.dismiss().await;
    // Nothing was cut off: what had begun was finished, and is not repeated.
    case.check(&broker, Allowed { cut_off: 0, at_once: CONCURRENCY }).await;
}
