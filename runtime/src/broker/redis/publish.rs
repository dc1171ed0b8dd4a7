//! Publishing.

use bytes::Bytes;
use redis::Value;

use super::config::Config;
use super::connection::Connection;
use super::gather::Gather;
use super::{scripts, unavailable, unexpected};
use crate::broker::remote::{self, millis};
use crate::broker::{Error, Publish, Published, headers};

/// What the script returns where there is no stream, and none is to be made.
const MISSING: i64 = 2;

/// What the script is told of a message.
pub(super) struct Outgoing {
    subject: String,
    lane: Option<usize>,
    headers: String,
    body: Bytes,
    delay: i64,
    expiry: i64,
    dedupe_key: String,
}

/// Publishes what many send at the same time in one step.
pub(super) fn publishing(connection: Connection) -> Gather<Outgoing, Value> {
    Gather::new(move |messages: Vec<Outgoing>| {
        let connection = connection.clone();
        async move {
            let config = &connection.config;
            let mut script = scripts::PUBLISH.arg(&config.prefix);
            script.arg(millis(config.dedupe_window)).arg(u8::from(config.declare));
            for Outgoing { subject, lane, headers, body, delay, expiry, dedupe_key } in messages {
                match lane {
                    Some(lane) => script.arg(subject).arg(lane),
                    None => script.arg(subject).arg("any"),
                };
                script.arg(headers).arg(&body[..]).arg(delay).arg(expiry).arg(dedupe_key);
            }
            connection.invoke(&script).await
        }
    })
}

pub(super) async fn publish(
    publishing: &Gather<Outgoing, Value>,
    publish: Publish,
) -> Result<Published, Error> {
    let subject = publish.subject.clone();
    let message = Outgoing {
        lane: publish.ordering_key.as_deref().map(remote::lane),
        headers: headers::write(&publish.headers),
        delay: millis(publish.delay),
        expiry: publish.expires_in.map_or(-1, millis),
        dedupe_key: publish.dedupe_key.unwrap_or_default(),
        subject: publish.subject,
        body: publish.body,
    };
    let bytes = message.headers.len() + message.body.len();
    match publishing.call(message, bytes).await? {
        Value::Int(MISSING) => Err(missing(&subject)),
        Value::Int(seen) => Ok(Published { duplicate: seen == 1 }),
        Value::BulkString(why) => Err(unavailable(String::from_utf8_lossy(&why))),
        _ => Err(unexpected()),
    }
}

/// Makes the stream of a subject, or finds it there.
pub(super) async fn prepare(connection: &Connection, subject: &str) -> Result<(), Error> {
    let Config { prefix, declare, .. } = &*connection.config;
    let mut script = scripts::PREPARE.arg(prefix);
    script.arg(subject).arg(u8::from(*declare));
    let found = connection.run::<u8>(&script).await? == 1;
    if found { Ok(()) } else { Err(missing(subject)) }
}

fn missing(subject: &str) -> Error {
    Error::config(format!("the stream of `{subject}` is missing, and `topology=verify` makes none"))
}
