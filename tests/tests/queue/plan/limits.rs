//! F18: a server that is full refuses, and says so; nothing that was refused is
//! there, and nothing that was accepted is missing.

use std::process::Command;
use std::time::Duration;

use agentgen::broker::Broker;
use agentgen::queue::{Client, Options, SendOptions};
use agentgen::testing::probe::{INFO, Job, RUN};
use agentgen::{Code, Context, Status};
use serde_json::json;
use tokio::sync::watch;

use super::case::left;
use super::local::{Local, until};
use super::nats_admin;
use super::place::Place;

async fn publish(client: &Client, number: usize) -> Result<(), Status> {
    let (context, job) = (Context::new(), Job::new(format!("job-{number}"), 1));
    client.send(&INFO, RUN, &context, &job, SendOptions::default()).await.map(|_| ())
}

/// Fills a server that `set_full` limits, and goes on once it is not.
async fn a_full_server_refuses(place: Place, set_full: impl Fn(u16, bool)) {
    let port = place.server().port;
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    let go = watch::Sender::new(false);
    let waits = go.clone();
    let consumer = Local::start(&broker, Options::default(), move |_, job| {
        let mut gone = waits.subscribe();
        async move {
            gone.wait_for(|go| *go).await.map_err(|_| Status::internal("the test is over"))?;
            Ok(job)
        }
    });
    for number in 0..3 {
        publish(&client, number).await.expect("there is room");
    }
    let begun = async || broker.depth("probe.run").await.expect("the depth").leased == 3;
    until("they are begun", begun).await;
    set_full(port, true);
    for number in 3..9 {
        let status = publish(&client, number).await.expect_err("accepted without room");
        assert_eq!(status.code(), Code::Unavailable, "{status}");
    }
    assert_eq!(broker.depth("probe.run").await.expect("the depth").total(), 3);
    // What is there is worked on, and that makes room.
    go.send_replace(true);
    until("all are handled", async || left(&broker).await == 0).await;
    set_full(port, false);
    publish(&client, 9).await.expect("there is room again");
    until("the last is handled", async || left(&broker).await == 0).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_stream_of_nats_refuses() {
    a_full_server_refuses(Place::nats(), |port, full| {
        limit(port, "agentgen-of-probe=2erun", if full { 3 } else { -1 });
    })
    .await;
}

fn limit(port: u16, stream: &str, messages: i64) {
    let info = nats_admin::ask(port, &format!("STREAM.INFO.{stream}"), &json!({}));
    let mut config = info["config"].clone();
    config["max_msgs"] = json!(messages);
    config["discard"] = json!("new");
    nats_admin::ask(port, &format!("STREAM.UPDATE.{stream}"), &config);
}

/// What cannot be dead-lettered stays where it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_letter_that_nats_refuses_keeps_its_message() {
    let place = Place::nats();
    let (port, dead) = (place.server().port, "probe.run.dead");
    let broker = Broker::open(&place.url()).await.expect("the broker opens");
    let client = Client::new(broker.clone());
    let consumer = Local::start(&broker, Options::default(), |_, _| async {
        Err(Status::invalid_argument("on purpose"))
    });
    publish(&client, 0).await.expect("accepted");
    let letters = async |count: u64| {
        until("a dead letter", async || {
            broker.depth(dead).await.expect("the depth").total() == count
        })
        .await;
    };
    letters(1).await;
    limit(port, "agentgen-of-probe=2erun=2edead", 1);
    publish(&client, 1).await.expect("accepted");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(left(&broker).await, 1, "gone, and no dead letter");
    limit(port, "agentgen-of-probe=2erun=2edead", -1);
    letters(2).await;
    until("the message goes", async || left(&broker).await == 0).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_memory_of_redis_refuses() {
    a_full_server_refuses(Place::redis(), |port, full| {
        let limit = if full { "1" } else { "0" };
        let set = Command::new("redis-cli")
            .args(["-p", &port.to_string(), "CONFIG", "SET", "maxmemory", limit])
            .output();
        let output = set.expect("redis-cli is there, run tests/setup.sh");
        assert!(output.stdout.starts_with(b"OK"), "{output:?}");
    })
    .await;
}
