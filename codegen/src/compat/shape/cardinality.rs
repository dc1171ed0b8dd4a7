//! How many values a field holds: one, a list or a map.

use super::{Reading, Sided};
use crate::compat::finding::Verdict::{Break, Lossy, Ok};
use crate::compat::schema::{Cardinality, Kind};

/// Whether a reader gets the values that a writer meant, as far as their
/// number goes.
pub(super) fn read(writer: Sided<'_, '_>, reader: Sided<'_, '_>) -> Reading {
    use Cardinality::{Explicit, Implicit, Map, Repeated, Required};
    let of = |side: Sided<'_, '_>| side.schema.cardinality(side.field);
    match (of(writer), of(reader)) {
        (Map, Map) | (Repeated, Repeated) => Reading::OK,
        // Keys may come twice.
        (Repeated, Map) => Reading::new(Lossy, Break),
        // The last value wins, messages are merged, packed numbers have
        // another wire type.
        (Repeated | Map, Explicit | Implicit | Required) => {
            let last_wins = matches!(writer.field.kind, Kind::String | Kind::Bytes);
            Reading::new(if last_wins { Lossy } else { Break }, Break)
        }
        // The entries of a map are messages, and one value is a list of one.
        (_, Repeated | Map) => Reading::new(Ok, Break),
        _ => Reading::OK,
    }
}
