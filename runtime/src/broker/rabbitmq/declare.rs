//! One queue: its settings, and how it is declared or verified.

use lapin::options::{QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::{AMQPValue, FieldTable};

use super::answer::Failed;
use super::connection::Link;
use super::{answered, unavailable};
use crate::broker::Error;
use crate::broker::remote::{GROUP_LIFE, millis};

/// The count of deliveries is not the server's to judge, and what it drops is lost:
/// far more than there can be, where newer servers have a limit of their own.
const DELIVERIES: i64 = 1_000_000;

/// How long a delivery may be held: a day, where the server can be told so (3.12).
const HELD: i64 = 24 * 3600 * 1000;

/// What a queue is for.
pub(super) enum Form {
    /// Messages that any consumer may take.
    Shared,
    /// Messages of which one is taken at a time.
    Ordered,
    /// Messages that go on elsewhere after a time.
    Held { millis: u64, exchange: String, key: String },
    /// Messages that go with their consumer.
    Brief,
    /// No messages: its settings are what it says.
    Mark { key: String },
}

pub(super) struct Wanted {
    /// The routing key that it is bound by.
    pub(super) key: Option<String>,
    pub(super) form: Form,
}

/// Why a queue is not declared.
pub(super) enum Refused {
    Missing,
    Different(Failed),
    Other(Error),
}

impl Form {
    fn arguments(&self) -> FieldTable {
        let mut table = FieldTable::default();
        let mut say = |name: &str, value: AMQPValue| {
            table.insert(name.into(), value);
        };
        let text = |text: &str| AMQPValue::LongString(text.into());
        if matches!(self, Self::Shared | Self::Ordered | Self::Held { .. }) {
            say("x-queue-type", text("quorum"));
            say("x-delivery-limit", AMQPValue::LongLongInt(DELIVERIES));
        }
        match self {
            Self::Shared | Self::Ordered => {
                say("x-consumer-timeout", AMQPValue::LongLongInt(HELD));
            }
            Self::Held { millis, exchange, key } => {
                let millis = i64::try_from(*millis).unwrap_or(i64::MAX);
                say("x-message-ttl", AMQPValue::LongLongInt(millis));
                say("x-dead-letter-exchange", text(exchange));
                say("x-dead-letter-routing-key", text(key));
                say("x-dead-letter-strategy", text("at-least-once"));
                say("x-overflow", text("reject-publish"));
            }
            Self::Brief => say("x-expires", AMQPValue::LongLongInt(millis(GROUP_LIFE))),
            Self::Mark { key } => {
                say("x-dead-letter-exchange", text(""));
                say("x-dead-letter-routing-key", text(key));
            }
        }
        if matches!(self, Self::Ordered) {
            say("x-single-active-consumer", AMQPValue::Boolean(true));
        }
        table
    }
}

/// Declares a queue and binds it; or, where nothing is to be made, finds it there: that
/// takes no permission to configure or bind, and does not tell how it was made.
pub(super) async fn queue(
    link: &Link,
    exchange: &str,
    name: &str,
    wanted: &Wanted,
    make: bool,
) -> Result<(), Refused> {
    // A refusal closes the channel that it comes over.
    let channel = link.channel().await.map_err(Refused::Other)?;
    let declare =
        |options| answered(channel.queue_declare(name.into(), options, wanted.form.arguments()));
    if !make {
        let found = declare(QueueDeclareOptions::durable().passive());
        return found.await.map(|_| ()).map_err(refused);
    }
    // What is there is compared, and not made again.
    declare(QueueDeclareOptions::durable()).await.map_err(not_made)?;
    if let Some(key) = &wanted.key {
        let (options, table) = (QueueBindOptions::default(), FieldTable::default());
        let bound =
            channel.queue_bind(name.into(), exchange.into(), key.as_str().into(), options, table);
        answered(bound).await.map_err(not_made)?;
    }
    Ok(())
}

/// What is made here cannot be missing: a server that says so has just started, and
/// has no leader for the queue yet.
fn not_made(error: Failed) -> Refused {
    match error.refusal() {
        Some(AMQPSoftError::NOTFOUND) => Refused::Other(unavailable(error)),
        _ => refused(error),
    }
}

fn refused(error: Failed) -> Refused {
    match error.refusal() {
        Some(AMQPSoftError::NOTFOUND) => Refused::Missing,
        Some(AMQPSoftError::PRECONDITIONFAILED) => Refused::Different(error),
        Some(_) => {
            let text = "RabbitMQ does not let this user declare what is needed";
            Refused::Other(Error::config(text).with_source(error))
        }
        None => Refused::Other(unavailable(error)),
    }
}
