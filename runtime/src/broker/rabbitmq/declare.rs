//! One queue, or the exchange: its settings, how it is declared or verified, and what a
//! refusal of that means.

use lapin::ExchangeKind;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
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

/// Why a queue or an exchange is not declared.
pub(super) enum Refused {
    Missing,
    Different(Failed),
    Denied(Failed),
    Other(Error),
}

impl Refused {
    /// Reads an answer. What is made here cannot be missing: a server that says so has just
    /// started, and has no leader for the queue yet.
    fn of(error: Failed, make: bool) -> Self {
        match error.refusal() {
            Some(AMQPSoftError::NOTFOUND) if !make => Self::Missing,
            Some(AMQPSoftError::NOTFOUND) | None => Self::Other(unavailable(error)),
            Some(AMQPSoftError::PRECONDITIONFAILED) => Self::Different(error),
            Some(_) => Self::Denied(error),
        }
    }

    /// The error that says so; `what` was to be declared, under this name.
    pub(super) fn told(self, what: &str, name: &str) -> Error {
        match self {
            Self::Missing => {
                let text = format!("{what} `{name}` is missing, and `topology=verify` makes none");
                Error::config(text)
            }
            Self::Different(error) => Error::config(format!(
                "{what} `{name}` exists in another form than this version declares: use another \
                 `prefix=`, or delete it once it is empty"
            ))
            .with_source(error),
            Self::Denied(error) => {
                let text = format!("RabbitMQ does not let this user declare {what} `{name}`");
                Error::config(text).with_source(error)
            }
            Self::Other(error) => error,
        }
    }
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

/// Declares the exchange; or, where nothing is to be made, finds it there.
pub(super) async fn exchange(link: &Link, name: &str, make: bool) -> Result<(), Refused> {
    // A refusal closes the channel that it comes over.
    let channel = link.channel().await.map_err(Refused::Other)?;
    let options = ExchangeDeclareOptions { passive: !make, durable: true, ..Default::default() };
    let (kind, table) = (ExchangeKind::Direct, FieldTable::default());
    let declared = channel.exchange_declare(name.into(), kind, options, table);
    answered(declared).await.map_err(|error| Refused::of(error, make))
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
    let channel = link.channel().await.map_err(Refused::Other)?;
    let refused = |error| Refused::of(error, make);
    let declare =
        |options| answered(channel.queue_declare(name.into(), options, wanted.form.arguments()));
    if !make {
        let found = declare(QueueDeclareOptions::durable().passive());
        return found.await.map(|_| ()).map_err(refused);
    }
    // What is there is compared, and not made again.
    declare(QueueDeclareOptions::durable()).await.map_err(refused)?;
    if let Some(key) = &wanted.key {
        let (options, table) = (QueueBindOptions::default(), FieldTable::default());
        let bound =
            channel.queue_bind(name.into(), exchange.into(), key.as_str().into(), options, table);
        answered(bound).await.map_err(refused)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lapin::protocol::{AMQPError, AMQPErrorKind};

    use super::*;
    use crate::broker::ErrorKind;

    fn told(refusal: AMQPSoftError, make: bool) -> Error {
        let error = AMQPError::new(AMQPErrorKind::Soft(refusal), "no".into());
        let error = Failed::Lapin(lapin::ErrorKind::ProtocolError(error).into());
        Refused::of(error, make).told("exchange", "e")
    }

    #[test]
    fn what_is_verified_may_be_missing_and_what_is_made_is_not_there_yet() {
        let verified = told(AMQPSoftError::NOTFOUND, false);
        assert_eq!(verified.kind(), ErrorKind::Config);
        assert!(verified.to_string().contains("exchange `e` is missing"), "{verified}");
        let made = told(AMQPSoftError::NOTFOUND, true);
        assert_eq!(made.kind(), ErrorKind::Unavailable, "{made}");
    }

    #[test]
    fn another_form_and_a_lack_of_permission_are_told_by_name() {
        for make in [true, false] {
            let other = told(AMQPSoftError::PRECONDITIONFAILED, make);
            assert!(other.to_string().contains("exchange `e` exists in another form"), "{other}");
            let denied = told(AMQPSoftError::ACCESSREFUSED, make);
            assert!(denied.to_string().contains("let this user declare exchange `e`"), "{denied}");
        }
    }
}
