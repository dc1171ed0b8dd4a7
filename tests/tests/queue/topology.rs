//! What exists on a server in another form is refused and left as it is; what is
//! only to be verified is not made.

use std::time::Duration;

use agentgen::Metadata;
use agentgen::broker::{Broker, ErrorKind, Publish, Subscription};

use crate::{kafka, server};

const LEASE: Duration = Duration::from_secs(30);

async fn join(broker: &Broker) -> Result<(), agentgen::broker::Error> {
    broker.subscribe(Subscription::new("work", "g", LEASE)).await.map(|_| ())
}

/// Declared by one, verified by another, from this URL.
pub(crate) async fn a_group_is_made_or_verified(url: &str, verifying: &str) {
    let maker = Broker::open(url).await.expect("the broker opens");
    let verifier = Broker::open(verifying).await.expect("the broker opens");
    let error = join(&verifier).await.expect_err("a group was made, or not missed");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`topology=verify` makes none"), "{error}");
    join(&maker).await.expect("the group is made");
    join(&maker).await.expect("and made once");
    join(&verifier).await.expect("the group is there");
}

#[tokio::test]
async fn nats_makes_or_verifies_groups() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    a_group_is_made_or_verified(&url, &format!("{url}?topology=verify")).await;
}

#[tokio::test]
async fn redis_makes_or_verifies_groups() {
    let server = server::redis();
    let url = format!("redis://127.0.0.1:{}", server.port);
    a_group_is_made_or_verified(&url, &format!("{url}?topology=verify")).await;
}

#[tokio::test]
async fn kafka_makes_or_verifies_groups() {
    let server = server::kafka();
    let url = kafka::url(&server);
    a_group_is_made_or_verified(&url, &format!("{url}&topology=verify")).await;
}

#[tokio::test]
async fn a_topic_of_kafka_in_another_form_is_refused() {
    let server = server::kafka();
    let url = kafka::url(&server);
    let broker = Broker::open(&url).await.expect("the broker opens");
    broker.publish(Publish::new("work", Metadata::new(), "a")).await.expect("it is stored");
    let other = url.replace("partitions=4", "partitions=7");
    let other = Broker::open(&other).await.expect("the broker opens");
    let refused = other.publish(Publish::new("work", Metadata::new(), "b")).await;
    let error = refused.expect_err("two numbers of partitions for one topic");
    assert_eq!(error.kind(), ErrorKind::Config);
    let found = "topic `agentgen.on.work` exists with another number: `4`";
    assert!(error.to_string().contains(found), "{error}");
    assert_eq!(broker.depth("work").await.expect("the depth").total(), 1);
}

#[tokio::test]
async fn a_stream_of_nats_in_another_form_is_refused() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    let broker = Broker::open(&url).await.expect("the broker opens");
    broker.publish(Publish::new("work", Metadata::new(), "a")).await.expect("it is stored");
    let other = Broker::open(&format!("{url}?dedupe_window=7")).await.expect("the broker opens");
    let refused = other.publish(Publish::new("work", Metadata::new(), "b")).await;
    let error = refused.expect_err("two windows for one stream");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("stream `agentgen-of-work` exists with another dedupe"));
    let apart = Broker::open(&format!("{url}?dedupe_window=7&prefix=apart")).await;
    let apart = apart.expect("the broker opens");
    apart.publish(Publish::new("work", Metadata::new(), "c")).await.expect("it is stored");
    for (broker, total) in [(&broker, 1), (&apart, 1)] {
        assert_eq!(broker.depth("work").await.expect("the depth").total(), total);
    }
}

#[tokio::test]
async fn a_message_that_the_server_does_not_take_is_refused() {
    let server = server::nats();
    let url = format!("nats://127.0.0.1:{}", server.port);
    let broker = Broker::open(&url).await.expect("the broker opens");
    let refused = broker.publish(Publish::new("work", Metadata::new(), vec![0; 2 << 20])).await;
    let error = refused.expect_err("more than `max_payload` was taken");
    assert!(error.to_string().contains("max_payload") && !error.is_retryable(), "{error}");
}
