//! The values of two enums, where a field changed from one to the other.

use super::{Reading, Shape};
use crate::compat::finding::Verdict::{Break, Lossy, Ok};
use crate::compat::schema::Enum;

/// How each side reads the other's values.
pub fn enumeration(old: &Enum<'_>, new: &Enum<'_>) -> Shape {
    Shape::both_ways(old, new, read)
}

/// The binary encoding carries numbers, JSON carries the first name of each.
fn read(writer: &Enum<'_>, reader: &Enum<'_>) -> Reading {
    let verdicts = writer.values.iter().map(|value| {
        let here = |name: &str, number: i32| {
            reader.values.iter().any(|other| other.number == number && other.name == name)
        };
        let known = reader.values.iter().any(|other| other.number == value.number);
        let mut aliases = writer.values.iter().filter(|alias| alias.number == value.number);
        let wire = if !known {
            Lossy
        } else if aliases.any(|alias| here(alias.name, alias.number)) {
            Ok
        } else {
            Break
        };
        let name = canonical(writer, value.number).unwrap_or(value.name);
        let named = reader.values.iter().any(|other| other.name == name);
        Reading::new(wire, if named { Ok } else { Break })
    });
    verdicts.fold(absent(writer, reader), Reading::worst)
}

/// What is not set is the first value, in both encodings; JSON leaves out the
/// zero of a field without presence as well.
fn absent(writer: &Enum<'_>, reader: &Enum<'_>) -> Reading {
    let (Some(meant), Some(taken)) = (writer.values.first(), reader.values.first()) else {
        return Reading::OK;
    };
    let elsewhere = reader.values.iter().any(|value| value.name == meant.name);
    let same = if elsewhere {
        canonical(reader, taken.number) == Some(meant.name) || meant.name == taken.name
    } else {
        meant.number == taken.number
    };
    Reading::both(if same { Ok } else { Break })
}

/// The name that JSON has for a number: the first one declared.
pub fn canonical<'a>(enumeration: &Enum<'a>, number: i32) -> Option<&'a str> {
    enumeration.values.iter().find(|value| value.number == number).map(|value| value.name)
}
