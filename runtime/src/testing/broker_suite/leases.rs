//! Promises on leases: who may work on a message, and until when.

use std::time::{Duration, Instant};

use super::tools::{
    LEASE, NOW, TOLERANCE, expect_nothing, join, lose, ok, publish, retry, soon, take, text,
};
use crate::broker::{Error, Settlement};
use crate::testing::Fixture;

/// Nothing but the settlement removes a message.
pub async fn a_message_is_gone_only_after_its_ack(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    let delivery = take(&mut group).await;
    ok(delivery.start(None).await);
    assert_eq!(ok(broker.depth("work").await).leased, 1, "gone before it was acked");
    ok(delivery.ack().await);
    assert_eq!(ok(broker.depth("work").await).total(), 0);
    expect_nothing(&mut group).await;
}

/// A delivery whose consumer died goes to another, after the lease and not before.
pub async fn an_unsettled_delivery_comes_back_after_its_lease(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut dead = join(&broker, "work", "g").await;
    let mut alive = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    let leased = Instant::now();
    lose(take(&mut dead).await);
    let again = take(&mut alive).await;
    let waited = leased.elapsed();
    assert!(waited + TOLERANCE >= LEASE, "redelivered after {waited:?}");
    ok(again.ack().await);
}

/// A delivery that is dropped in a living process is released.
pub async fn a_dropped_delivery_comes_back_at_once(fixture: &Fixture) {
    let broker = fixture.open().await;
    let long = crate::broker::Subscription::new("work", "g", Duration::from_secs(600));
    let mut group = ok(broker.subscribe(long).await);
    publish(&broker, "work", "a").await;
    drop(take(&mut group).await);
    let again = take(&mut group).await;
    assert_eq!(text(&again), "a");
    ok(again.ack().await);
}

/// Once the message was leased again, the old lease can do nothing.
pub async fn a_stale_lease_is_refused(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    let stale = take(&mut group).await;
    let current = take(&mut group).await;
    let refused = |outcome: Result<(), Error>| {
        let error = outcome.expect_err("a stale lease was accepted");
        assert!(error.is_stale(), "refused for another reason: {error}");
    };
    refused(stale.start(None).await.map(|_| ()));
    refused(stale.renew().await);
    refused(stale.settle(retry(NOW, 1)).await);
    refused(stale.settle(Settlement::Release { delay: NOW }).await);
    refused(stale.ack().await);
    ok(current.ack().await);
    refused(current.ack().await);
}

/// A renewed lease holds for as long as it is renewed.
pub async fn a_renewed_lease_keeps_its_delivery(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    publish(&broker, "work", "a").await;
    let delivery = take(&mut group).await;
    ok(delivery.start(None).await);
    for _ in 0..12 {
        let pause = LEASE / 4;
        if let Ok(taken) = tokio::time::timeout(pause, group.next(1)).await {
            panic!("redelivered while its lease was renewed: {:?}", ok(taken));
        }
        ok(delivery.renew().await);
    }
    ok(delivery.ack().await);
}

/// Waiting for a message may be given up at any time.
pub async fn a_cancelled_wait_loses_nothing(fixture: &Fixture) {
    let broker = fixture.open().await;
    let long = crate::broker::Subscription::new("work", "g", Duration::from_secs(600));
    let mut group = ok(broker.subscribe(long).await);
    let mut found = Vec::new();
    for number in 0..50 {
        publish(&broker, "work", &number.to_string()).await;
        let brief = Duration::from_micros(u64::from(fastrand::u8(..)) * 10);
        if let Ok(taken) = tokio::time::timeout(brief, group.next(3)).await {
            found.extend(ok(taken));
        }
    }
    while found.len() < 50 {
        found.extend(ok(soon("the rest", group.next(50)).await));
    }
    let numbers: std::collections::BTreeSet<_> = found.iter().map(text).collect();
    assert_eq!(numbers.len(), 50);
}
