//! On `lapin`: a quorum queue, and a file for what `RabbitMQ` does not keep.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

use super::ledger::Ledger;
use super::{Begun, Event, Headers, Held, work};
use crate::tally::Tally;
use crate::{Round, Speed, speed};

#[derive(Clone)]
struct Delivered {
    ledger: Ledger,
    /// Where what comes again is published, and what is dead.
    channel: Channel,
    queue: String,
    delivery: std::sync::Arc<Delivery>,
    id: String,
    attempt: u32,
}

fn short(text: &str) -> ShortString {
    ShortString::try_new(text).expect("a short text")
}

fn table<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in headers {
        table.insert(short(name), AMQPValue::LongString(LongString::from(value)));
    }
    table
}

/// Publishes to a queue, which has to be there; resolves once it is stored.
async fn publish_to(channel: &Channel, queue: &str, properties: BasicProperties, body: &[u8]) {
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let (exchange, queue) = (short(""), short(queue));
    let sent =
        channel.basic_publish(exchange, queue, options, body, properties.with_delivery_mode(2));
    let confirmed = sent.await.expect("it is sent").await.expect("it is answered");
    assert!(matches!(confirmed, Confirmation::Ack(None)), "not stored: {confirmed:?}");
}

async fn confirming(connection: &Connection) -> Channel {
    let channel = connection.create_channel().await.expect("a channel");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("confirmations");
    channel
}

async fn publish(channel: &Channel, ledger: &Ledger, queue: &str, source: &str) {
    let Event { id, headers, body } = Event::new(source);
    if ledger.has_seen(&id).await {
        return;
    }
    let headers = table(headers.iter().map(|(name, value)| (*name, value.as_str())));
    let properties = BasicProperties::default().with_headers(headers).with_message_id(short(&id));
    publish_to(channel, queue, properties, &body).await;
    ledger.saw(&id).await;
}

impl Delivered {
    async fn acknowledge(self) {
        self.delivery.acker.ack(BasicAckOptions::default()).await.expect("it is acknowledged");
        self.ledger.forget(&self.id);
    }
}

impl Held for Delivered {
    async fn begin(&mut self, key: &str) -> Begun {
        let begun = self.ledger.begin(&self.id, key).await;
        if let Begun::Run(attempt) = begun {
            self.attempt = attempt;
        }
        begun
    }

    async fn renew(&self) -> bool {
        // It is held for as long as the channel is open.
        self.channel.status().connected()
    }

    async fn finish(self, key: &str, result: Vec<u8>) {
        if self.ledger.finish(&self.id, self.attempt, key, result).await {
            self.acknowledge().await;
        }
    }

    async fn drop_it(self) {
        self.acknowledge().await;
    }

    async fn again(self, pause: Duration) {
        self.ledger.pause(&self.id).await;
        let properties = self.delivery.properties.clone();
        let properties = properties.with_expiration(short(&pause.as_millis().to_string()));
        let later = format!("{}.later", self.queue);
        publish_to(&self.channel, &later, properties, &self.delivery.data).await;
        self.delivery.acker.ack(BasicAckOptions::default()).await.expect("it is acknowledged");
    }

    async fn bury(self, why: &str, headers: Headers, body: Bytes) {
        let own = [("dead-reason", why)];
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let properties = BasicProperties::default().with_headers(table(headers.chain(own)));
        publish_to(&self.channel, &format!("{}.dead", self.queue), properties, &body).await;
        self.acknowledge().await;
    }
}

async fn declare(channel: &Channel, queue: &str) {
    let text = |text: &str| AMQPValue::LongString(LongString::from(text));
    let mut quorum = FieldTable::default();
    quorum.insert(short("x-queue-type"), text("quorum"));
    let mut later = quorum.clone();
    later.insert(short("x-dead-letter-exchange"), text(""));
    later.insert(short("x-dead-letter-routing-key"), text(queue));
    later.insert(short("x-dead-letter-strategy"), text("at-least-once"));
    later.insert(short("x-overflow"), text("reject-publish"));
    let names = [queue.to_owned(), format!("{queue}.later"), format!("{queue}.dead")];
    for (name, arguments) in names.into_iter().zip([quorum.clone(), later, quorum]) {
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        channel.queue_declare(short(&name), options, arguments).await.expect("a queue");
    }
}

async fn handle(mut delivered: Delivered, tally: Tally) {
    let mut headers = Headers::new();
    for (name, value) in delivered.delivery.properties.headers().iter().flat_map(FieldTable::inner)
    {
        if let AMQPValue::LongString(value) = value {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.push((name.as_str().to_owned(), value));
        }
    }
    let id = delivered.delivery.properties.message_id();
    delivered.id = id.as_ref().expect("every message has an id").to_string();
    let body = Bytes::copy_from_slice(&delivered.delivery.data);
    work(delivered, headers, body, &tally).await;
}

pub(crate) fn round(round: Round) -> LocalBoxFuture<'static, Speed> {
    Box::pin(async move {
        let Round { url, at_once, messages } = round;
        let (server, ledger) = url.split_once("&ledger=").expect("a ledger");
        let (server, queue) = server.split_once("?prefix=").expect("a prefix");
        let connect = Connection::connect(server, ConnectionProperties::default());
        let connection = connect.await.expect("a connection");
        let (ledger, channel) = (Ledger::open(ledger), confirming(&connection).await);
        declare(&channel, queue).await;
        let channels = join_all((0..at_once).map(|_| confirming(&connection))).await;
        let start = Instant::now();
        // A channel each: what cannot be routed is told by channel.
        let publisher = |(number, channel): (usize, Channel)| {
            let ledger = &ledger;
            async move {
                let source = format!("/by-hand/{number}");
                for _ in 0..messages / at_once {
                    publish(&channel, ledger, queue, &source).await;
                }
            }
        };
        join_all(channels.into_iter().enumerate().map(publisher)).await;
        let messages = messages / at_once * at_once;
        let publish = speed(messages, start.elapsed());

        let tally = Tally::of(messages);
        let most = u16::try_from(at_once).expect("it fits");
        channel.basic_qos(most, BasicQosOptions::default()).await.expect("a limit");
        let (name, options) = (short(queue), BasicConsumeOptions::default());
        let consumer = channel.basic_consume(name, short("worker"), options, FieldTable::default());
        let work = consumer.await.expect("a consumer").take(messages).map(|delivery| {
            let delivery = delivery.expect("a delivery").into();
            let (ledger, channel, queue) = (ledger.clone(), channel.clone(), queue.to_owned());
            let (id, attempt) = (String::new(), 0);
            handle(Delivered { ledger, channel, queue, delivery, id, attempt }, tally.clone())
        });
        work.buffer_unordered(at_once).count().await;
        connection.close(200, short("done")).await.expect("it is closed");
        Speed { publish, consume: tally.speed() }
    })
}
