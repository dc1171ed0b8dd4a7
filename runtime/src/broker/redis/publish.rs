//! Publishing.

use super::config::Config;
use super::connection::Connection;
use super::scripts;
use crate::broker::remote::{self, is_reply, millis};
use crate::broker::{Error, Publish, Published, headers};

/// What the script returns where there is no stream, and none is to be made.
const MISSING: u8 = 2;

pub(super) async fn publish(connection: &Connection, publish: Publish) -> Result<Published, Error> {
    let config = &connection.config;
    let lane = publish.ordering_key.as_deref().map(|key| remote::lane(key).to_string());
    let expiry = publish.expires_in.map_or(-1, millis);
    let mut script = scripts::PUBLISH.arg(&config.prefix);
    script
        .arg(&publish.subject)
        .arg(lane.as_deref().unwrap_or("any"))
        .arg(headers::write(&publish.headers))
        .arg(&publish.body[..])
        .arg(millis(publish.delay))
        .arg(expiry)
        .arg(publish.dedupe_key.as_deref().unwrap_or_default())
        .arg(millis(config.dedupe_window))
        .arg(u8::from(is_reply(&publish.subject)))
        .arg(u8::from(config.declare));
    match connection.run::<u8>(&script).await? {
        MISSING => Err(missing(&publish.subject)),
        seen => Ok(Published { duplicate: seen == 1 }),
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
