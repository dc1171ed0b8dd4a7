//! What the health service says of subscriptions.

use std::time::Duration;

use agentgen::Broker;
use agentgen::queue::Options;
use agentgen_tests::serving::Serving;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::desk::{Clerk, DeskServer, SUBJECT};
use crate::server;

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;

#[tokio::test]
async fn a_subscription_is_not_serving_while_its_broker_is_away() {
    let nats = server::nats();
    let broker = Broker::open(&format!("nats://127.0.0.1:{}", nats.port)).await.expect("a broker");
    let options = Options::default().watch(Duration::from_millis(100));
    let server = DeskServer::new(Clerk).grpc().health().queue_with(broker, options);
    let serving = Serving::start(server).await;
    let channel = Endpoint::new(serving.url()).expect("an address").connect_lazy();
    let service = format!("queue:{SUBJECT}");
    let asked = HealthCheckRequest { service };

    let mut health = HealthClient::new(channel);
    // The consumer joins its group while the server answers already.
    while health.check(asked.clone()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut watch = health.watch(asked).await.expect("it is known").into_inner();
    let mut next = async || {
        let change = tokio::time::timeout(Duration::from_secs(60), watch.message()).await;
        change.expect("it changes").expect("it goes on").expect("it goes on").status
    };
    assert_eq!(next().await, SERVING);
    nats.kill();
    assert_eq!(next().await, NOT_SERVING);
    nats.restart();
    assert_eq!(next().await, SERVING);
    let whole = HealthCheckRequest { service: String::new() };
    let whole = health.check(whole).await.expect("it is known").into_inner();
    assert_eq!(whole.status, SERVING, "the server as a whole serves on");
    drop(watch);
    serving.stop().await;
}
