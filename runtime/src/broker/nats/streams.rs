//! Declaring streams: made where they are missing, refused where they exist in
//! another form.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::{Config as Wanted, RetentionPolicy, StorageType, Stream};

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::connection::Connection;
use super::{form, names, unavailable};
use crate::broker::Error;

/// The stream of a subject's messages.
pub(super) async fn messages(
    connection: &Connection,
    config: &Config,
    subject: &str,
) -> Result<Stream, Error> {
    let (name, replies) = names::stream(&config.prefix, subject);
    let subjects = if replies {
        names::all_replies(&config.prefix)
    } else {
        names::all_lanes(&config.prefix, subject)
    };
    let wanted = Wanted {
        name,
        subjects: vec![subjects],
        retention: RetentionPolicy::Interest,
        // Replies go with their caller; all else outlives the server.
        storage: if replies { StorageType::Memory } else { StorageType::File },
        duplicate_window: config.dedupe_window,
        num_replicas: config.replicas,
        ..Wanted::default()
    };
    declare(connection, config, wanted).await
}

/// A stream of the ledger, of keys of one kind.
pub(super) async fn ledger(
    connection: &Connection,
    config: &Config,
    kind: &str,
    keep: Duration,
) -> Result<Stream, Error> {
    let name = format!("{}-ledger-{kind}", config.prefix);
    if config.existing {
        let text = format!("stream `{name}` is missing: no agent has worked here yet");
        return find(connection, &name).await?.ok_or_else(|| Error::config(text));
    }
    let wanted = Wanted {
        name,
        subjects: vec![format!("{}.ledger.{kind}.>", config.prefix)],
        max_messages_per_subject: 1,
        max_age: keep,
        // Entries are written by compare-and-set, never by id.
        duplicate_window: keep.min(Duration::from_secs(1)),
        num_replicas: config.replicas,
        ..Wanted::default()
    };
    declare(connection, config, wanted).await
}

/// The stream as it is; `None` where there is none.
pub(super) async fn find(connection: &Connection, name: &str) -> Result<Option<Stream>, Error> {
    match connection.jetstream.get_stream(name).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(reason)
                if reason.error_code() == ErrorCode::STREAM_NOT_FOUND =>
            {
                Ok(None)
            }
            _ => Err(unavailable(error)),
        },
    }
}

#[derive(Serialize)]
struct Delete {
    seq: u64,
    no_erase: bool,
}

#[derive(Deserialize)]
struct Deleted {}

/// Removes a message of a stream.
pub(super) async fn remove(
    connection: &Connection,
    stream: &str,
    number: u64,
) -> Result<(), Error> {
    let request = Delete { seq: number, no_erase: true };
    let deleted = connection.jetstream.request(format!("STREAM.MSG.DELETE.{stream}"), &request);
    deleted.await.map(|_: Deleted| ()).map_err(unavailable)
}

async fn declare(
    connection: &Connection,
    config: &Config,
    wanted: Wanted,
) -> Result<Stream, Error> {
    if let Some(stream) = find(connection, &wanted.name).await? {
        form::stream(&stream.cached_info().config, &wanted)?;
        return Ok(stream);
    }
    if !config.declare {
        let text = format!("stream `{}` is missing, and `topology=verify` makes none", wanted.name);
        return Err(Error::config(text));
    }
    let stream = connection.jetstream.get_or_create_stream(wanted.clone()).await;
    let stream = stream.map_err(|error| refused(&wanted.name, error))?;
    form::stream(&stream.cached_info().config, &wanted)?;
    Ok(stream)
}

fn refused(name: &str, error: async_nats::jetstream::context::CreateStreamError) -> Error {
    use async_nats::jetstream::context::CreateStreamErrorKind as Kind;
    match error.kind() {
        Kind::JetStream(_) => {
            Error::config(format!("NATS refuses to make stream `{name}`")).with_source(error)
        }
        _ => unavailable(error),
    }
}
