//! The AsyncAPI document that a server shows is the one of its broker.

use agentgen::Broker;
use agentgen_codegen::{AsyncApiBinding, Generator};
use agentgen_tests::serving::Serving;
use serde_json::Value;

use crate::desk::{Clerk, DeskServer, SUBJECT};
use crate::server;

/// What an agent over this broker serves.
async fn served(url: &str) -> Value {
    let broker = Broker::open(url).await.expect("a broker");
    let serving = Serving::start(DeskServer::new(Clerk).rest().queue(broker)).await;
    let reply = reqwest::get(format!("{}/asyncapi.json", serving.url())).await.expect("a reply");
    let text = reply.text().await.expect("a document");
    serving.stop().await;
    serde_json::from_str(&text).expect("JSON")
}

/// What `agentgen gen` writes for a broker.
fn written(binding: AsyncApiBinding) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/queue/desk.proto");
    let generator = Generator::new().proto(proto).emit(["asyncapi"]).asyncapi_binding(binding);
    generator.out_dir(folder.path()).generate().expect("it is written");
    let path = folder.path().join(format!("asyncapi-{binding}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a document")).expect("JSON")
}

#[tokio::test]
async fn the_served_document_is_that_of_the_broker_in_use() {
    let (nats, redis) = (server::nats(), server::redis());
    let on_nats = format!("nats://127.0.0.1:{}", nats.port);
    let on_redis = format!("redis://127.0.0.1:{}/0", redis.port);
    assert_eq!(served(&on_nats).await, written(AsyncApiBinding::Nats));
    assert_eq!(served(&on_redis).await, written(AsyncApiBinding::Redis));

    let mine = served(&format!("{on_nats}?prefix=mine")).await;
    let (_, channel) = mine["channels"].as_object().and_then(|all| all.iter().next()).expect("one");
    assert_eq!(channel["x-subject"], SUBJECT);
    assert_eq!(channel["address"], "mine.on.desk.handle.any");
    assert_eq!(channel["bindings"]["nats"]["x-subject"], "mine.on.desk.handle.any");
}

#[tokio::test]
async fn an_embedded_broker_shows_no_bindings() {
    let document = served("memory:").await;
    assert!(document.get("servers").is_none() && document.get("x-brokers").is_none());
    assert!(!document.to_string().contains("\"bindings\""), "{document}");
}
