//! Promises on what is published.

use std::time::{Duration, Instant};

use super::tools::{TOLERANCE, expect_nothing, join, message, ok, publish, take, text};
use crate::broker::Capability;
use crate::testing::Fixture;

/// Headers and body arrive as they were published.
pub async fn a_published_message_is_delivered_as_it_was(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let mut sent = message("work", "");
    sent.body = vec![0, 159, 255].into();
    sent.headers.insert("ce-id", "1");
    sent.headers.insert("x-quote", "a \"b\" \\ c");
    ok(broker.publish(sent.clone()).await);
    let delivery = take(&mut group).await;
    assert_eq!(delivery.subject, "work");
    assert_eq!(delivery.body, sent.body);
    let pairs = |metadata: &crate::Metadata| -> Vec<(String, String)> {
        metadata.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    assert_eq!(pairs(&delivery.headers), pairs(&sent.headers));
}

/// What was published before there was a consumer is delivered to the first.
pub async fn a_message_waits_for_the_first_group(fixture: &Fixture) {
    let broker = fixture.open().await;
    publish(&broker, "work", "early").await;
    assert_eq!(ok(broker.depth("work").await).total(), 1);
    let mut first = join(&broker, "work", "first").await;
    let mut second = join(&broker, "work", "second").await;
    assert_eq!(text(&take(&mut first).await), "early");
    expect_nothing(&mut second).await;
}

/// A delayed message comes after its delay, and wakes a waiting consumer then.
pub async fn a_delayed_message_is_held_back(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut group = join(&broker, "work", "g").await;
    let delay = Duration::from_millis(500);
    let sent = Instant::now();
    let mut late = message("work", "late");
    late.delay = delay;
    ok(broker.publish(late).await);
    let depth = ok(broker.depth("work").await);
    assert_eq!(depth.total(), 1);
    assert!(depth.delayed == 1 || !broker.capabilities().has(Capability::ExactDepth));
    assert_eq!(text(&take(&mut group).await), "late");
    let waited = sent.elapsed();
    assert!(waited + TOLERANCE >= delay, "delivered after {waited:?}");
}

/// A message that is past its expiry is not delivered, and not kept.
pub async fn an_expired_message_is_dropped(fixture: &Fixture) {
    let broker = fixture.open().await;
    let mut brief = message("work", "brief");
    brief.expires_in = Some(Duration::from_millis(30));
    ok(broker.publish(brief).await);
    tokio::time::sleep(Duration::from_millis(60)).await;
    let mut group = join(&broker, "work", "g").await;
    expect_nothing(&mut group).await;
    publish(&broker, "work", "lasting").await;
    let delivery = take(&mut group).await;
    assert_eq!(text(&delivery), "lasting");
    ok(delivery.ack().await);
    assert_eq!(ok(broker.depth("work").await).total(), 0);
}

/// Browsing shows what is stored, in order and by pages, and consumes nothing.
pub async fn a_stored_message_can_be_browsed(fixture: &Fixture) {
    let broker = fixture.open().await;
    for name in ["a", "b", "c"] {
        publish(&broker, "work", name).await;
    }
    publish(&broker, "other", "x").await;
    let first = ok(broker.browse("work", 0, 2).await);
    assert_eq!(first.iter().map(|stored| &stored.body[..]).collect::<Vec<_>>(), [b"a", b"b"]);
    let rest = ok(broker.browse("work", first[1].position, 10).await);
    assert_eq!(rest.iter().map(|stored| &stored.body[..]).collect::<Vec<_>>(), [b"c"]);
    assert_eq!(ok(broker.depth("work").await).ready, 3);
}
