//! What can be asked about the messages of a subject.

use super::connection::Connection;
use super::entry::Entry;
use super::{scripts, unexpected};
use crate::broker::remote::{LANES, Listed};
use crate::broker::{Depth, Error, Stored};

/// How many entries of one millisecond and lane have positions of their own.
const SEQUENCES: u64 = 1 << 17;
/// How many lanes have.
const PLACES: u64 = 8;

pub(super) async fn depth(connection: &Connection, subject: &str) -> Result<Depth, Error> {
    let mut script = scripts::DEPTH.arg(&connection.config.prefix);
    let (ready, delayed, leased) = connection.run(script.arg(subject)).await?;
    Ok(Depth { ready, delayed, leased })
}

pub(super) async fn browse(
    connection: &Connection,
    subject: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    let mut found = Vec::new();
    let lanes = std::iter::once("any".to_owned()).chain((0..LANES).map(|lane| lane.to_string()));
    for (place, lane) in (0..).zip(lanes) {
        let mut script = scripts::BROWSE.arg(&connection.config.prefix);
        script.arg(subject).arg(&lane).arg(id_before(after, place)).arg(limit);
        let mut values = connection.run::<Vec<Vec<u8>>>(&script).await?.into_iter();
        while let Some(id) = values.next() {
            let id = String::from_utf8(id).map_err(|_| unexpected())?;
            found.extend(listed(&id, place, &lane, &mut values)?);
        }
    }
    found.sort_by_key(|listed| listed.stored.position);
    found.truncate(limit);
    Ok(found)
}

/// An entry, once for each group that waits for it.
fn listed(
    id: &str,
    place: u64,
    lane: &str,
    values: &mut impl Iterator<Item = Vec<u8>>,
) -> Result<Vec<Listed>, Error> {
    let mut next = || values.next().ok_or_else(unexpected);
    let (headers, body) = Entry { headers: next()?, body: next()?, raw: next()? }.read();
    let text = |bytes| String::from_utf8(bytes).map_err(|_| unexpected());
    let count: usize = text(next()?)?.parse().map_err(|_| unexpected())?;
    let position = position(id, place).ok_or_else(unexpected)?;
    (0..count)
        .map(|_| {
            let (headers, body) = (headers.clone(), body.clone());
            let stored = Stored { position, group: text(next()?)?, headers, body, starts: 0 };
            Ok(Listed { stored, id: format!("{lane}-{id}") })
        })
        .collect()
}

/// The position of an entry: its milliseconds, its number in them, its lane.
fn position(id: &str, place: u64) -> Option<u64> {
    let (millis, sequence) = id.split_once('-')?;
    let (millis, sequence): (u64, u64) = (millis.parse().ok()?, sequence.parse().ok()?);
    Some((millis * SEQUENCES + sequence.min(SEQUENCES - 1)) * PLACES + place)
}

/// The last id of a lane that is not after a position.
fn id_before(position: u64, place: u64) -> String {
    let (entry, at) = (position / PLACES, position % PLACES);
    let entry = if place <= at { entry } else { entry.saturating_sub(1) };
    format!("{}-{}", entry / SEQUENCES, entry % SEQUENCES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_grow_with_ids_and_lead_back_to_them() {
        let of = |id, place| position(id, place).expect("an id");
        let (a, b, c) =
            (of("1700000000000-3", 0), of("1700000000000-3", 2), of("1700000000001-0", 1));
        assert!(a < b && b < c);
        assert_eq!(id_before(b, 2), "1700000000000-3");
        assert_eq!(id_before(b, 3), "1700000000000-2");
        assert_eq!(id_before(c, 0), "1700000000001-0");
        assert_eq!(id_before(0, 1), "0-0");
    }
}
