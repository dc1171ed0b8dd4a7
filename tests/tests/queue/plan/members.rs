//! F12: members of a group come and go all the time.

use std::time::Duration;

use fastrand::Rng;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::crew::{Crew, signal};
use super::place::Place;
use super::work::Kind::{Bad, Flaky, Key, Plain};

const MEMBERS: usize = 4;

pub(crate) async fn members_that_come_and_go_lose_nothing(place: impl Fn() -> Place) {
    let every = Duration::from_millis(if super::is_long() { 2000 } else { 300 });
    let times: u32 = if super::is_long() { 30 } else { 8 };
    let kinds = [(Plain, 40 * times as usize), (Flaky, 10), (Bad, 10), (Key, 60)];
    let mut case = Case::new(place(), &kinds);
    let broker = case.open().await;
    let mut crew = case.crew(CONCURRENCY);
    crew.hire(MEMBERS);
    let mut rng = case.rng.fork();
    let storm = async {
        for number in 0..times {
            change(&mut crew, &mut rng, number % 2 == 0);
            for _ in 0..10 {
                tokio::time::sleep(every / 10).await;
                crew.replace();
            }
        }
    };
    tokio::join!(case.publish_over(&broker, every * times), storm);
    case.drained(&broker, &mut crew, async |_| {}).await;
    let cut_off = crew.deaths * CONCURRENCY * 2;
    crew.dismiss().await;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}

/// One of them goes, with a word or without.
fn change(crew: &mut Crew, rng: &mut Rng, kill: bool) {
    if kill {
        crew.kill_any(rng);
    } else if let Some(child) = rng.choice(&crew.children)
        && child.id().is_some()
    {
        signal(child, "-TERM");
    }
}
