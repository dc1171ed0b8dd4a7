//! F1 and F2: workers that die at any point, and messages that kill them.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::log;
use super::place::Place;
use super::work::Kind::{Bad, Early, Failing, Flaky, Key, Late, Plain, Poison};

/// How often a worker is killed.
const KILLS: usize = 6;

/// Workers are killed at random times, and kill themselves before and after the
/// effect; dead letters are among what they are at.
pub(crate) async fn deaths_at_any_point_lose_nothing(place: impl Fn() -> Place) {
    let kinds =
        [(Plain, 120), (Early, 2), (Late, 2), (Flaky, 10), (Failing, 6), (Bad, 24), (Key, 24)];
    let mut case = Case::new(place(), &kinds);
    let broker = case.open().await;
    case.publish(&broker).await;
    let mut crew = case.crew(CONCURRENCY);
    crew.hire(case.place.workers(2));
    let mut rng = case.rng.fork();
    let (mut kills, mut next) = (0, Instant::now() + Duration::from_millis(400));
    // Where it takes long to join, something has to happen between two kills.
    let (lines, mut seen) = (|| log::read(&case.log).len(), 0);
    let kill = async |crew: &mut super::crew::Crew| {
        if kills < KILLS && Instant::now() > next && lines() > seen {
            crew.kill_any(&mut rng);
            (kills, seen) = (kills + 1, lines());
            next = Instant::now() + Duration::from_millis(rng.u64(100..600));
        }
    };
    case.drained(&broker, &mut crew, kill).await;
    let cut_off = crew.deaths * CONCURRENCY * 2;
    crew.dismiss().await;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}

/// However many are taken at once, those that kill their process are
/// dead-lettered, and none of those beside them.
pub(crate) async fn a_poison_takes_no_innocent_with_it(place: impl Fn() -> Place) {
    let place = &place;
    let cases = [1, 16, 64].map(|concurrency| async move {
        let case = Case::new(place(), &[(Plain, 60), (Poison, 2)]);
        let deaths = case.run(1, concurrency).await;
        // Both may die at once.
        assert!(deaths >= 5, "{deaths} deaths of two poisons that have five attempts");
        let cut_off = deaths * concurrency;
        let broker = case.open().await;
        case.check(&broker, Allowed { cut_off, at_once: concurrency }).await;
    });
    join_all(cases).await;
}
