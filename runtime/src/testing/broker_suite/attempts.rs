//! Promises on the history of a message, by which consumers judge it.

use std::time::{Duration, Instant};

use super::tools::{
    NOW, TOLERANCE, expect_nothing, join, lose, message, ok, publish, retry, take, take_both, text,
};
use crate::broker::{Settlement, Start};
use crate::testing::Fixture;

/// Messages that were prefetched by a process that died are innocent: only an
/// attempt that had started counts, and only as a crash.
pub async fn an_attempt_counts_when_it_starts_not_when_it_is_claimed(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    for _ in 0..2 {
        let delivery = take(&mut group).await;
        assert_eq!((delivery.history.starts, delivery.history.crashes), (0, 0));
        lose(delivery);
    }
    let delivery = take(&mut group).await;
    assert_eq!(ok(delivery.start(None).await), Start::Run(1));
    lose(delivery);
    let delivery = take(&mut group).await;
    assert_eq!((delivery.history.starts, delivery.history.crashes), (1, 1));
    lose(delivery);
    let delivery = take(&mut group).await;
    assert_eq!(delivery.history.crashes, 1, "a claim without a start counted as a crash");
    ok(delivery.ack().await);
}

/// An attempt beside which others began has started, and is no crash where its process
/// dies; the next one is, unless it is excused as well. Until then it is under way.
pub async fn an_attempt_that_is_excused_is_no_crash(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    for (attempt, excused) in [(1, true), (2, false), (3, true)] {
        let delivery = take(&mut group).await;
        assert_eq!(ok(delivery.start(Some("k")).await), Start::Run(attempt));
        if excused {
            ok(delivery.excuse().await);
            ok(delivery.excuse().await);
        }
        lose(delivery);
    }
    let delivery = take(&mut group).await;
    assert_eq!((delivery.history.starts, delivery.history.crashes), (3, 1));
    ok(delivery.start(None).await);
    ok(delivery.excuse().await);
    ok(delivery.settle(retry(NOW, 4)).await);
    let delivery = take(&mut group).await;
    let history = &delivery.history;
    assert_eq!((history.starts, history.crashes, history.failures.len()), (4, 1, 1));
    ok(delivery.ack().await);
}

/// Giving a message back burns no attempt, whether it had started or not.
pub async fn a_released_attempt_is_not_counted(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    ok(take(&mut group).await.release().await);
    let delivery = take(&mut group).await;
    ok(delivery.start(None).await);
    ok(delivery.release().await);
    let delivery = take(&mut group).await;
    assert_eq!(delivery.history, crate::broker::History::default());
}

/// A retry waits for its pause and remembers what went wrong.
pub async fn a_retry_comes_back_after_its_pause_with_its_failure(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    let pause = Duration::from_millis(400);
    let mut failed = Instant::now();
    for attempt in 1..=3 {
        let delivery = take(&mut group).await;
        let waited = failed.elapsed();
        let early = attempt > 1 && waited + TOLERANCE < pause;
        assert!(!early, "came back after {waited:?}");
        let history = &delivery.history;
        assert_eq!((history.starts, history.crashes), (attempt - 1, 0));
        let attempts: Vec<_> = history.failures.iter().map(|failure| failure.attempt).collect();
        assert_eq!(attempts, (1..attempt).collect::<Vec<_>>());
        assert!(history.failures.iter().all(|failure| failure.message == "not now"));
        assert_eq!(ok(delivery.start(None).await), Start::Run(attempt));
        failed = Instant::now();
        ok(delivery.settle(retry(pause, attempt)).await);
    }
}

/// A settlement publishes its messages and removes its own.
pub async fn settling_publishes_and_removes(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let mut next = join(&broker, "next", "g").await;
    publish(&broker, "work", "a").await;
    let delivery = take(&mut group).await;
    let publish = vec![message("next", "b"), message("next", "c")];
    ok(delivery.settle(Settlement::Done { publish, remember: None }).await);
    let [first, second] = take_both(&mut next).await;
    assert_eq!([text(&first), text(&second)], ["b", "c"]);
    assert_eq!(ok(broker.depth("work").await).total(), 0);
    ok(first.settle(Settlement::Release { delay: NOW }).await);
    let again = take(&mut next).await;
    assert_eq!(text(&again), "b");
    expect_nothing(&mut group).await;
}
