//! Promises on messages that come twice.

use std::time::Duration;

use super::tools::{expect_nothing, join, message, ok, publish, take, take_both, text, until};
use crate::broker::{Remember, Settlement, Start};
use crate::testing::Fixture;

/// A repeated publication is accepted and stored once, per subject, until the
/// window is over.
pub async fn a_second_message_of_a_dedupe_key_is_dropped_within_the_window(fixture: &Fixture) {
    let broker = fixture.open().await;
    let keyed = |subject: &str, text: &str| {
        let mut message = message(subject, text);
        message.dedupe_key = Some("k".into());
        message
    };
    assert!(!ok(broker.publish(keyed("work", "a")).await).duplicate);
    assert!(ok(broker.publish(keyed("work", "b")).await).duplicate);
    assert!(!ok(broker.publish(keyed("other", "c")).await).duplicate);
    assert_eq!(ok(broker.depth("work").await).total(), 1);
    until("the end of the dedupe window", || async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        !ok(broker.publish(keyed("work", "d")).await).duplicate
    })
    .await;
    assert_eq!(ok(broker.depth("work").await).total(), 2);
    let mut group = join(&broker, "work", "g").await;
    assert_eq!(take_both(&mut group).await.each_ref().map(text), ["a", "d"]);
}

/// A handled key answers its duplicates within its group, for its window.
pub async fn a_remembered_key_is_not_run_again(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let mut other = join(&broker, "work", "other").await;
    publish(&broker, "work", "a").await;
    publish(&broker, "work", "b").await;
    let first = take(&mut group).await;
    assert_eq!(ok(first.start(Some("k")).await), Start::Run(1));
    let window = Duration::from_secs(60);
    let remember = Remember { key: "k".into(), result: "done".into(), window };
    let done = Settlement::Done { publish: Vec::new(), remember: Some(remember) };
    ok(first.settle(done).await);
    let second = take(&mut group).await;
    assert_eq!(ok(second.start(Some("k")).await), Start::Done("done".into()));
    assert_eq!(ok(second.start(Some("l")).await), Start::Run(1), "the duplicate was counted");
    let elsewhere = take(&mut other).await;
    assert_eq!(ok(elsewhere.start(Some("k")).await), Start::Run(1), "groups share an inbox");
}

/// While a key is being handled, its duplicate has to wait; once its worker
/// is dead, it may run.
pub async fn a_key_is_not_run_twice_at_once(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    publish(&broker, "work", "b").await;
    let first = take(&mut group).await;
    assert_eq!(ok(first.start(Some("k")).await), Start::Run(1));
    let second = take(&mut group).await;
    assert_eq!(ok(second.start(Some("k")).await), Start::Busy);
    ok(second.release().await);
    ok(first.release().await);
    let either = take(&mut group).await;
    assert_eq!(ok(either.start(Some("k")).await), Start::Run(1));
    ok(either.ack().await);
    ok(take(&mut group).await.ack().await);
    expect_nothing(&mut group).await;
}
