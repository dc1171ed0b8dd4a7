//! F12: members of a group come and go all the time.

use std::time::{Duration, Instant};

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::{Crew, signal};
use super::place::Place;
use super::work::Kind::{Bad, Flaky, Key, Plain};

const MEMBERS: usize = 4;

pub(crate) async fn members_that_come_and_go_lose_nothing(place: fn() -> Place) {
    let every = Duration::from_millis(if super::is_long() { 2000 } else { 300 });
    let times = if super::is_long() { 30 } else { 8 };
    let kinds = [(Plain, 40 * times), (Flaky, 10), (Bad, 10), (Key, 60)];
    let mut case = Case::new(place(), &kinds);
    let broker = case.open().await;
    let mut crew = case.crew(CONCURRENCY);
    crew.hire(MEMBERS);
    let mut rng = case.rng.fork();
    let mut changes = 0;
    let mut next = Instant::now() + every;
    let change = async |crew: &mut Crew| {
        if changes < times && Instant::now() > next {
            if changes % 2 == 0 {
                crew.kill_any(&mut rng);
            } else if let Some(child) = rng.choice(&crew.children)
                && child.id().is_some()
            {
                signal(child, "-TERM");
            }
            changes += 1;
            next = Instant::now() + every;
        }
    };
    case.publish(&broker).await;
    case.drained(&broker, &mut crew, change).await;
    let cut_off = crew.deaths * CONCURRENCY * 2;
    crew.dismiss().await;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}
