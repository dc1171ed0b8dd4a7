//! What was handled before, by key: a place in the ledger that the message
//! being handled holds, and its result takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::held::State;
use super::record::{Kept, Record, decode, encode};
use crate::broker::ledger::{Ledger, Write};
use crate::broker::{Error, Remember, Start};

/// How long a place is held that nobody gives up: longer than any handling.
const HELD: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a result takes beside its own text.
const ROOM: usize = 16;

/// Who or what is at a place.
#[derive(Serialize, Deserialize)]
enum Place {
    /// The message with this id is being handled.
    Message(String),
    /// The result, in base64.
    Result(String),
}

/// A place that this delivery holds.
pub(super) struct Claim {
    key: String,
    revision: u64,
}

/// What came of asking for a place.
pub(super) enum Asked {
    Granted(Claim),
    /// There is no need to run.
    Refused(Start),
}

fn place_of(queue: &str, key: &str) -> String {
    format!("i/{queue}/{key}")
}

/// Writes a record, and asks for the place of a key in the same step; none where nothing
/// is written, and the two have to go in turn.
pub(super) async fn begin(
    ledger: &dyn Ledger,
    (queue, id, key): (&str, &str, &str),
    kept: &mut Kept,
    record: Record,
) -> Result<Option<Claim>, Error> {
    let key = place_of(queue, key);
    let value = encode(&Place::Message(id.to_owned()));
    let place = Write { key: &key, value, follows: 0, keep: HELD };
    let written = ledger.write_both(kept.next(&record), place).await?;
    let Some([revision, place]) = written else { return Ok(None) };
    kept.written(record, revision);
    Ok(Some(Claim { key, revision: place }))
}

/// Asks for the place of a key.
pub(super) async fn ask(
    ledger: &dyn Ledger,
    queue: &str,
    id: &str,
    key: &str,
) -> Result<Asked, Error> {
    let key = place_of(queue, key);
    let mine = encode(&Place::Message(id.to_owned()));
    // Nearly always the place is free.
    let mut follows = 0;
    loop {
        if let Some(revision) = ledger.write(&key, mine.clone(), follows, HELD).await? {
            return Ok(Asked::Granted(Claim { key, revision }));
        }
        let entry = ledger.read(&key).await?;
        follows = entry.revision;
        let place: Option<Place> =
            entry.value.as_deref().map(decode).transpose().unwrap_or_else(|error| {
                tracing::warn!(%error, key, "what was remembered is lost");
                None
            });
        match place {
            Some(Place::Result(result)) => {
                // What is no base64 was handled as well, and is as good as forgotten.
                let result = STANDARD.decode(&result).unwrap_or_else(|_| result.into_bytes());
                return Ok(Asked::Refused(Start::Done(result.into())));
            }
            Some(Place::Message(holder))
                if holder != id && Kept::read(ledger, queue, &holder).await?.record.running =>
            {
                return Ok(Asked::Refused(Start::Busy));
            }
            // Free, or held by nobody who works.
            _ => {}
        }
    }
}

/// What puts the result into the place that is held for it.
pub(super) fn result<'a>(
    queue: &str,
    claim: Option<&'a Claim>,
    remember: &Remember,
) -> Option<Write<'a>> {
    let claim = claim.filter(|claim| claim.key == place_of(queue, &remember.key))?;
    let (follows, keep) = (claim.revision, remember.window);
    Some(Write { key: &claim.key, value: encode_result(remember), follows, keep })
}

fn encode_result(remember: &Remember) -> Bytes {
    let result = STANDARD.encode(&remember.result);
    let mut value = Vec::with_capacity(result.len() + ROOM);
    // A text has a JSON form, and a list takes all that is written.
    let _ = serde_json::to_writer(&mut value, &Place::Result(result));
    value.into()
}

/// Puts the result into its place, stale where somebody else has taken it. It tells all that
/// the record of its message did, unless another process `watches` that.
pub(super) async fn remember(
    ledger: &dyn Ledger,
    queue: &str,
    State { kept, claim, .. }: &mut State,
    remember: &Remember,
    watches: bool,
) -> Result<(), Error> {
    let key = place_of(queue, &remember.key);
    let value = encode_result(remember);
    let follows = match claim {
        Some(claim) if claim.key == key => claim.revision,
        _ => ledger.read(&key).await?.revision,
    };
    let place = Write { key: &key, value, follows, keep: remember.window };
    let over = if watches { None } else { kept.place() };
    let written = if let Some(over) = over {
        ledger.write_over(place, over).await?
    } else {
        let Write { key, value, follows, keep } = place;
        ledger.write(key, value, follows, keep).await?.map(|revision| (revision, false))
    };
    let (revision, removed) = written.ok_or_else(Error::stale)?;
    if removed {
        kept.removed();
    }
    *claim = Some(Claim { key, revision });
    Ok(())
}
