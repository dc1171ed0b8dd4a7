//! F5: the server is not there, at the start and in the middle.

use std::time::{Duration, Instant};

use agentgen::broker::Broker;

use super::case::{CONCURRENCY, Case};
use super::check::Allowed;
use super::place::Place;
use super::work::Kind::{Key, Plain};

pub(crate) async fn an_absent_broker_is_waited_for(place: impl Fn() -> Place) {
    let absence = Duration::from_secs(if super::is_long() { 60 } else { 3 });
    let mut case = Case::new(place(), &[(Plain, 150), (Key, 30)]);
    let (url, server) = (case.place.url(), case.place.server().clone());
    server.kill();
    let error = Broker::open(&url).await.expect_err("a server that is not there");
    assert!(error.is_retryable(), "{error}");
    server.restart();

    case.settle_in().await;
    let broker = case.open().await;
    let mut crew = case.crew(CONCURRENCY);
    crew.hire(case.place.workers(2));
    // Some work is under way when it goes.
    for kind in [Plain, Key] {
        let first = case.work.iter().find(|work| work.kind == kind).expect("one of each");
        case.accepted.publish(&broker, first).await;
    }
    case.under_way(&[Plain, Key]).await;
    let cut = async {
        tokio::task::spawn_blocking(move || {
            server.kill();
            std::thread::sleep(absence);
            server.restart();
        })
        .await
        .expect("the server is back");
    };
    let later = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let since = Instant::now();
        let refused = case.publish(&broker).await;
        (refused, since.elapsed())
    };
    let ((), (refused, took)) = tokio::join!(cut, later);
    println!("published within {took:?}, refused {refused} times");
    assert!(took > absence / 2, "a server that was away accepted everything");
    case.drained(&broker, &mut crew, async |_| {}).await;
    assert_eq!(crew.deaths, 0, "a worker died with its server");
    crew.dismiss().await;
    // A publish that failed may have been stored: its second copy is answered.
    let cut_off = 2 * CONCURRENCY * 2;
    case.check(&broker, Allowed { cut_off, at_once: CONCURRENCY }).await;
}
