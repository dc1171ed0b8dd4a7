//! Promises on the store itself: shared, durable, closed.

use super::tools::{join, message, ok, publish, take, text};
use crate::broker::{ErrorKind, Subscription};
use crate::testing::Fixture;

/// Handles on one store, as of several processes, see the same messages, and
/// wake each other.
pub async fn several_handles_share_one_store(fixture: &Fixture) {
    let (publisher, consumer) = (fixture.open().await, fixture.open().await);
    let mut here = join(&publisher, "work", "g").await;
    let mut there = join(&consumer, "work", "g").await;
    for round in 0..5 {
        let waiting = tokio::spawn(async move {
            let delivery = take(&mut there).await;
            (delivery, there)
        });
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        publish(&publisher, "work", &round.to_string()).await;
        let (delivery, back) = ok(waiting.await);
        there = back;
        assert_eq!(text(&delivery), round.to_string());
        let stolen = tokio::time::timeout(super::tools::QUIET / 5, here.next(1)).await;
        assert!(stolen.is_err(), "delivered to two handles at once");
        ok(delivery.ack().await);
    }
    assert_eq!(ok(publisher.depth("work").await).total(), 0);
}

/// Each message goes to one of the handles that wait for it, and all are handled.
pub async fn handles_that_wait_share_one_group(fixture: &Fixture) {
    const COUNT: usize = 40;
    let (sent, mut taken) = tokio::sync::mpsc::unbounded_channel();
    let (one, two) = (fixture.open().await, fixture.open().await);
    for broker in [&one, &two] {
        let (mut group, sent) = (join(broker, "work", "g").await, sent.clone());
        tokio::spawn(async move {
            while let Ok(deliveries) = group.next(3).await {
                for delivery in deliveries {
                    // A part of the subject may go to the other one at any time.
                    let acked = delivery.ack().await.is_ok();
                    if acked && sent.send(text(&delivery)).is_err() {
                        return;
                    }
                }
            }
        });
    }
    for number in 0..COUNT {
        publish(if number % 2 == 0 { &one } else { &two }, "work", &number.to_string()).await;
    }
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < COUNT {
        let text = super::tools::soon("a delivery", taken.recv()).await;
        seen.extend(text);
    }
    super::tools::emptied(&one, "work").await;
    assert!(taken.try_recv().is_err(), "a message was acknowledged twice");
}

/// What was accepted, leased or given back is there when the store is opened
/// again, with its history.
pub async fn messages_survive_a_reopened_store(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "started").await;
    let delivery = take(&mut group).await;
    ok(delivery.start(None).await);
    super::tools::lose(delivery);
    let mut sent = message("work", "waiting");
    sent.headers.insert("ce-id", "7");
    ok(broker.publish(sent).await);
    ok(broker.close().await);
    drop(group);
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    // Which of them comes first, the rest of a lease decides.
    for _ in 0..2 {
        let delivery = take(&mut group).await;
        if text(&delivery) == "waiting" {
            assert_eq!(delivery.headers.get("ce-id"), Some("7"));
        } else {
            assert_eq!((text(&delivery).as_str(), delivery.history.crashes), ("started", 1));
        }
        ok(delivery.ack().await);
    }
    assert_eq!(ok(broker.depth("work").await).total(), 0);
}

/// Nothing hangs on a closed broker: what waits ends, what comes is refused.
pub async fn a_closed_broker_says_so(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let waiting = tokio::spawn(async move { group.next(1).await.map(|_| ()) });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    ok(broker.close().await);
    ok(broker.close().await);
    let ended = ok(super::tools::soon("the end of a wait", waiting).await);
    let subscription = Subscription::new("work", "g", super::tools::LEASE);
    for outcome in [
        ended,
        broker.publish(message("work", "a")).await.map(|_| ()),
        broker.subscribe(subscription).await.map(|_| ()),
        broker.depth("work").await.map(|_| ()),
    ] {
        let error = outcome.expect_err("a closed broker went on");
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    }
}
