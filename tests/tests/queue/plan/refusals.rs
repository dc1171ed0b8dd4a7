//! F18 over `RabbitMQ`: a message whose queue is gone, or full, is refused. The server
//! confirms what no queue has, unless it is told that one must (`mandatory`).

use agentgen::Metadata;
use agentgen::broker::{Broker, ErrorKind, Publish};
use lapin::Channel;
use lapin::options::{
    BasicAckOptions, BasicGetOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};

use super::local::until;
use crate::rabbitmq::{plain, url};
use crate::server::{self, Server};

/// How many messages a queue has room for; it takes a few more until it has told so.
const ROOM: i64 = 3;
const MOST: u64 = 100;

fn work(text: &'static str) -> Publish {
    Publish::new("work", Metadata::new(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_of_rabbitmq_that_is_gone_or_full_refuses() {
    let server = server::rabbitmq();
    a_deleted_queue_is_never_taken_for_an_accepting_one(&server).await;
    a_full_queue_takes_no_more_until_there_is_room(&server).await;
}

/// A message whose queue is gone is stored in one that is made again, or refused: with
/// `topology=verify` nothing is made.
async fn a_deleted_queue_is_never_taken_for_an_accepting_one(server: &Server) {
    let url = url(server, "gone", "");
    let maker = Broker::open(&url).await.expect("the broker opens");
    maker.publish(work("a")).await.expect("it is stored");
    let verifier = Broker::open(&format!("{url}&topology=verify")).await;
    let verifier = verifier.expect("the broker opens");
    verifier.publish(work("b")).await.expect("it is stored");
    let connection = plain(server).await;
    let channel = connection.create_channel().await.expect("a channel");
    let delete = channel.queue_delete("gone.work".into(), QueueDeleteOptions::default());
    assert_eq!(delete.await.expect("it is there"), 2);
    let error = verifier.publish(work("c")).await.expect_err("a message without a queue");
    assert!(error.to_string().contains("`topology=verify` makes none"), "{error}");
    maker.publish(work("d")).await.expect("it is stored");
    assert_eq!(maker.depth("work").await.expect("the depth").ready, 1);
}

/// A queue with room for few, that refuses more.
async fn make_a_small_queue(channel: &Channel) {
    let (mut form, text) = (FieldTable::default(), |text: &str| AMQPValue::LongString(text.into()));
    form.insert("x-queue-type".into(), text("quorum"));
    form.insert("x-overflow".into(), text("reject-publish"));
    form.insert("x-max-length".into(), AMQPValue::LongLongInt(ROOM));
    let declared = channel.queue_declare("full.work".into(), QueueDeclareOptions::durable(), form);
    declared.await.expect("a queue");
    let (options, table) = (QueueBindOptions::default(), FieldTable::default());
    let bound =
        channel.queue_bind("full.work".into(), "full".into(), "work".into(), options, table);
    bound.await.expect("it is bound");
}

async fn a_full_queue_takes_no_more_until_there_is_room(server: &Server) {
    let url = url(server, "full", "");
    let maker = Broker::open(&url).await.expect("the broker opens");
    // Makes the exchange.
    let other = Publish::new("other", Metadata::new(), "a");
    maker.publish(other).await.expect("it is stored");
    let connection = plain(server).await;
    let channel = connection.create_channel().await.expect("a channel");
    make_a_small_queue(&channel).await;
    // The queue has another form than it would be made in.
    let broker = Broker::open(&format!("{url}&topology=verify")).await.expect("the broker opens");
    let mut accepted = 0;
    let refused = loop {
        match broker.publish(work("a")).await {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < MOST, "a queue with room for {ROOM} takes everything");
    };
    assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");
    for _ in 0..5 {
        broker.publish(work("b")).await.expect_err("accepted without room");
    }
    // What was accepted is there, and nothing else.
    let ready = async || broker.depth("work").await.expect("the depth").ready;
    until("what was accepted is there", async || ready().await == accepted).await;
    let get = || channel.basic_get("full.work".into(), BasicGetOptions::default());
    let mut found = 0;
    while let Some(message) = get().await.expect("an answer") {
        assert_eq!(message.delivery.data, b"a");
        let acknowledged = message.delivery.acker.ack(BasicAckOptions::default());
        assert!(acknowledged.await.expect("the ack"));
        found += 1;
    }
    assert_eq!(found, accepted);
    until("there is room again", async || broker.publish(work("c")).await.is_ok()).await;
}
