//! Promises on ordering keys.

use std::time::Duration;

use super::tools::{
    LEASE, NOW, expect_nothing, join, lose, message, ok, retry, take, take_both, text,
};
use crate::broker::{Broker, Start, Subscription};
use crate::testing::Fixture;

async fn publish(broker: &Broker, key: &str, text: &str) {
    let mut message = message("work", text);
    message.ordering_key = Some(key.into());
    ok(broker.publish(message).await);
}

/// The next message of a key is not delivered before the last is settled;
/// other keys are not held up.
pub async fn messages_of_one_key_come_one_at_a_time_in_order(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    for (key, text) in [("x", "x1"), ("x", "x2"), ("y", "y1"), ("x", "x3")] {
        publish(&broker, key, text).await;
    }
    let [first, other] = take_both(&mut group).await;
    assert_eq!([text(&first), text(&other)], ["x1", "y1"]);
    expect_nothing(&mut group).await;
    ok(first.ack().await);
    let second = take(&mut group).await;
    assert_eq!(text(&second), "x2");
    ok(second.ack().await);
    let third = take(&mut group).await;
    assert_eq!(text(&third), "x3");
}

/// Neither a retry, nor a delay, nor a lost lease lets a later message of the
/// key overtake.
pub async fn the_order_of_a_key_outlives_retries_and_leases(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let mut late = message("work", "1");
    late.ordering_key = Some("x".into());
    late.delay = Duration::from_millis(200);
    ok(broker.publish(late).await);
    publish(&broker, "x", "2").await;
    let first = take(&mut group).await;
    assert_eq!(text(&first), "1");
    ok(first.settle(retry(Duration::from_millis(200), 1)).await);
    let first = take(&mut group).await;
    assert_eq!(text(&first), "1", "a retry was overtaken");
    lose(first);
    let first = take(&mut group).await;
    assert_eq!(text(&first), "1", "a lost lease was overtaken");
    ok(first.settle(retry(NOW, 2)).await);
    let first = take(&mut group).await;
    assert_eq!(text(&first), "1");
    ok(first.ack().await);
    assert_eq!(text(&take(&mut group).await), "2");
}

/// A consumer that leaves with a message in hand has its key to itself until that is
/// settled.
pub async fn the_order_of_a_key_outlives_its_consumer(fixture: &Fixture) {
    let broker = fixture.open().await;
    // Long enough for a group to be joined meanwhile.
    let group = Subscription::new("work", "g", LEASE * 30);
    let mut leaving = ok(broker.subscribe(group.clone()).await);
    for text in ["1", "2"] {
        publish(&broker, "x", text).await;
    }
    let first = take(&mut leaving).await;
    assert_eq!(text(&first), "1");
    assert_eq!(ok(first.start(None).await), Start::Run(1));
    let mut staying = ok(broker.subscribe(group).await);
    ok(leaving.close().await);
    expect_nothing(&mut staying).await;
    ok(first.ack().await);
    assert_eq!(text(&take(&mut staying).await), "2");
}
