//! Promises on groups.

use std::collections::BTreeSet;

use super::tools::{LEASE, expect_nothing, join, ok, publish, take, text};
use crate::broker::Subscription;
use crate::testing::Fixture;

/// Each message goes to one consumer of the group.
pub async fn consumers_of_a_group_share_its_messages(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut one = join(&broker, "work", "g").await;
    let mut two = join(&broker, "work", "g").await;
    for number in 0..10 {
        publish(&broker, "work", &number.to_string()).await;
    }
    let mut seen = BTreeSet::new();
    for _ in 0..5 {
        for group in [&mut one, &mut two] {
            let delivery = take(group).await;
            assert!(seen.insert(text(&delivery)), "{} came twice", text(&delivery));
            ok(delivery.ack().await);
        }
    }
    expect_nothing(&mut one).await;
}

/// Groups are independent of each other.
pub async fn every_group_gets_every_message(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut one = join(&broker, "work", "one").await;
    let mut two = join(&broker, "work", "two").await;
    publish(&broker, "work", "a").await;
    let first = take(&mut one).await;
    ok(first.ack().await);
    assert_eq!(text(&first), "a");
    let second = take(&mut two).await;
    assert_eq!(text(&second), "a");
    ok(second.ack().await);
    expect_nothing(&mut one).await;
    assert_eq!(ok(broker.depth("work").await).total(), 0);
}

/// What is left in an ephemeral group goes with it; a lasting one waits.
pub async fn an_ephemeral_group_goes_with_its_subscription(fixture: &Fixture) {
    let broker = fixture.open().await;
    let lasting = join(&broker, "work", "lasting").await;
    let mut subscription = Subscription::new("work", "brief", LEASE);
    subscription.ephemeral = true;
    let mut brief = ok(broker.subscribe(subscription).await);
    publish(&broker, "work", "a").await;
    publish(&broker, "work", "b").await;
    ok(take(&mut brief).await.ack().await);
    assert_eq!(ok(broker.depth("work").await).total(), 3);
    ok(brief.close().await);
    assert_eq!(ok(broker.depth("work").await).total(), 2);
    ok(lasting.close().await);
    let mut again = join(&broker, "work", "lasting").await;
    let two = [take(&mut again).await, take(&mut again).await];
    assert_eq!(two.each_ref().map(text), ["a", "b"]);
}
