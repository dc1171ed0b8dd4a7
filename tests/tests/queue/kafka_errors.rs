//! Errors of Kafka that pass are nobody's business; those that do not are told,
//! and gone on from. A cluster inside this process gives them to order.

use std::time::Duration;

use agentgen::Metadata;
use agentgen::broker::{Broker, Error, ErrorKind, Publish, Settlement, Subscription};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::RDKafkaApiKey as Request;
use rdkafka::types::RDKafkaRespErr as Answer;

use crate::sqlite::fresh_file;

const BROKERS: i32 = 3;
const SOON: Duration = Duration::from_secs(60);
const LEASE: Duration = Duration::from_secs(30);

/// A cluster with the topic of one subject, and a broker on it.
async fn cluster(name: &str) -> (MockCluster<'static, DefaultProducerContext>, Broker) {
    let cluster = MockCluster::new(BROKERS).expect("a cluster");
    cluster.create_topic("agentgen.on.work", 4, BROKERS).expect("a topic");
    let (hosts, ledger) = (cluster.bootstrap_servers(), fresh_file(name));
    let url = format!("kafka://{hosts}?session_timeout=6&ledger=sqlite:{}", ledger.display());
    (cluster, Broker::open(&url).await.expect("the broker opens"))
}

async fn publish(broker: &Broker, number: usize) -> Result<(), Error> {
    let message = Publish::new("work", Metadata::new(), number.to_string());
    broker.publish(message).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_that_pass_are_not_seen() {
    let (cluster, broker) = cluster("kafka-passing").await;
    let moving = Answer::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
    let elsewhere = Answer::RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
    let away = Answer::RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE;
    let few = Answer::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS;
    cluster.request_errors(Request::FindCoordinator, &[away]);
    cluster.request_errors(Request::OffsetFetch, &[elsewhere]);
    cluster.request_errors(Request::JoinGroup, &[elsewhere, away]);
    let mut group = broker.subscribe(Subscription::new("work", "g", LEASE)).await.expect("joined");
    cluster.request_errors(Request::Produce, &[moving, few, moving]);
    cluster.request_errors(Request::Fetch, &[moving, moving]);
    for number in 0..12 {
        publish(&broker, number).await.expect("it is stored");
    }
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 12 {
        let taken = tokio::time::timeout(SOON, group.next(4)).await.expect("a delivery in time");
        cluster.request_errors(Request::OffsetCommit, &[elsewhere, away]);
        for delivery in taken.expect("a delivery") {
            delivery.ack().await.expect("the ack");
            assert!(seen.insert(delivery.body.clone()), "delivered twice: {:?}", delivery.body);
        }
    }
    assert_eq!(broker.depth("work").await.expect("the depth").total(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_that_is_repeated_publishes_nothing_twice() {
    let (cluster, broker) = cluster("kafka-repeated").await;
    cluster.create_topic("agentgen.on.letters", 1, BROKERS).expect("a topic");
    publish(&broker, 0).await.expect("it is stored");
    let mut group = broker.subscribe(Subscription::new("work", "g", LEASE)).await.expect("joined");
    let taken = tokio::time::timeout(SOON, group.next(1)).await.expect("a delivery in time");
    let delivery = taken.expect("a delivery").remove(0);
    let away = Answer::RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE;
    cluster.request_errors(Request::OffsetCommit, &[away; 500]);
    let letter = Publish::new("letters", Metadata::new(), "why");
    let settlement = Settlement::Done { publish: vec![letter], remember: None };
    let error = delivery.settle(settlement.clone()).await.expect_err("no commit is confirmed");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    cluster.clear_request_errors(Request::OffsetCommit);
    delivery.settle(settlement).await.expect("it is settled");
    assert_eq!(broker.depth("letters").await.expect("the depth").total(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_producer_that_cannot_go_on_is_replaced() {
    let (cluster, broker) = cluster("kafka-fatal").await;
    publish(&broker, 0).await.expect("it is stored");
    let gap = Answer::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
    cluster.request_errors(Request::Produce, &[gap]);
    let error = publish(&broker, 1).await.expect_err("a gap in the sequence was passed over");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    for number in 2..6 {
        publish(&broker, number).await.expect("a new producer stores it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_away_is_told_in_seconds_and_missed_no_longer_than_that() {
    let (cluster, broker) = cluster("kafka-away").await;
    publish(&broker, 0).await.expect("it is stored");
    for number in 1..=BROKERS {
        cluster.broker_down(number).expect("it goes");
    }
    let told = tokio::time::timeout(Duration::from_secs(20), publish(&broker, 1)).await;
    let error = told.expect("an answer in time").expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    for number in 1..=BROKERS {
        cluster.broker_up(number).expect("it comes");
    }
    let again = async { while publish(&broker, 2).await.is_err() {} };
    tokio::time::timeout(SOON, again).await.expect("it is stored again");
}
