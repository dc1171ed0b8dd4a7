//! What a reader makes of what a writer wrote, from types alone: value by
//! value, field by field, message by message, for the binary encoding and for
//! JSON. Rules ask here, so that a field, an rpc and a map judge alike.
//!
//! JSON is the mapping of the protobuf documentation, read by parsers that
//! follow it. Where the text of a value changes and such a parser does not
//! mind, the verdict is [`Verdict::Conditional`]: other readers of JSON do.

mod cardinality;
mod enums;
mod field;
mod json;
mod message;
mod names;
mod oneofs;
mod wire;

pub use enums::{canonical, enumeration};
pub use field::{field, presence, referents, values};
pub use message::{Difference, Memo, message};
pub use names::{json_key, json_name};
pub use oneofs::{Moved, joined, left};

use super::finding::{Axis, Directions, Level, Verdict};
use super::schema::{Field, Schema};

/// A field of one side.
#[derive(Clone, Copy, Debug)]
pub struct Sided<'c, 'a> {
    /// The side.
    pub schema: &'c Schema<'a>,
    /// The field.
    pub field: &'c Field<'a>,
}

/// How one side reads what the other wrote, by encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// In the binary encoding.
    pub wire: Verdict,
    /// In JSON.
    pub json: Verdict,
}

impl Reading {
    /// All is well.
    pub const OK: Self = Self::both(Verdict::Ok);

    /// These verdicts.
    pub const fn new(wire: Verdict, json: Verdict) -> Self {
        Self { wire, json }
    }

    /// One verdict for both encodings.
    pub const fn both(verdict: Verdict) -> Self {
        Self { wire: verdict, json: verdict }
    }

    /// The worse of both in each encoding.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        Self { wire: self.wire.max(other.wire), json: self.json.max(other.json) }
    }
}

/// How each side reads the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// B: new reads old.
    pub backward: Reading,
    /// F: old reads new.
    pub forward: Reading,
}

impl Shape {
    /// All is well.
    pub const OK: Self = Self { backward: Reading::OK, forward: Reading::OK };
    /// Nothing is.
    pub const BREAK: Self =
        Self { backward: Reading::both(Verdict::Break), forward: Reading::both(Verdict::Break) };

    /// Asks for both directions: the first argument of the function is the
    /// writer.
    pub fn both_ways<T: Copy>(old: T, new: T, read: impl Fn(T, T) -> Reading) -> Self {
        Self { backward: read(old, new), forward: read(new, old) }
    }

    /// The worse of both everywhere.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        Self {
            backward: self.backward.worst(other.backward),
            forward: self.forward.worst(other.forward),
        }
    }

    /// The verdicts of the binary encoding.
    pub fn wire(self) -> Directions {
        Directions::new(self.backward.wire, self.forward.wire)
    }

    /// The verdicts of JSON.
    pub fn json(self) -> Directions {
        Directions::new(self.backward.json, self.forward.json)
    }

    /// The verdicts of one encoding; all of them for other axes.
    #[must_use]
    pub fn only(self, encoding: Axis) -> Self {
        let of = |reading: Reading| match encoding {
            Axis::Wire => Reading::new(reading.wire, Verdict::Ok),
            Axis::Json => Reading::new(Verdict::Ok, reading.json),
            _ => reading,
        };
        Self { backward: of(self.backward), forward: of(self.forward) }
    }

    /// The worse of both encodings.
    pub fn directions(self) -> Directions {
        self.wire().worst(self.json())
    }

    /// The encodings that are hit.
    pub fn axes(self) -> Vec<Axis> {
        let hit = [(Axis::Wire, self.wire()), (Axis::Json, self.json())];
        hit.into_iter()
            .filter(|(_, found)| *found != Directions::OK)
            .map(|(axis, _)| axis)
            .collect()
    }

    /// How bad that is for somebody who reads either way.
    pub fn level(self) -> Level {
        let Directions { backward, forward } = self.directions();
        match backward.max(forward) {
            Verdict::Ok => Level::Info,
            Verdict::Conditional => Level::Warning,
            Verdict::Lossy | Verdict::Break => Level::Error,
        }
    }
}

#[cfg(test)]
mod tests;
