//! What names a type or an enum's value outside of any message: `Any`, and
//! values on their own where no message of the contract holds their enum.

use super::locate::{Located, locate};
use super::target::Sides;
use crate::compat::finding::{Axis, Finding};
use crate::compat::schema::Enum;
use crate::compat::shape::canonical;
use crate::compat::witness::diff::{Difference, Direction, Sort, enum_value};
use crate::compat::witness::{Payload, Reading, Witness, binary};

/// A value of an enum that the other side takes for another one.
pub(super) fn value(
    sides: &Sides<'_, '_, '_>,
    finding: &Finding,
    directions: &[Direction],
) -> Option<Witness> {
    let at = |place: &Option<_>, schema| place.as_ref().and_then(|place| locate(schema, place));
    let (old, new) = (at(&finding.old, sides.cx.old), at(&finding.new, sides.cx.new));
    let old = old.and_then(Located::enumeration)?;
    let new = new.and_then(Located::enumeration).or_else(|| sides.cx.new_enum_of(old))?;
    let (old, new) = (sides.cx.old.enumeration(old), sides.cx.new.enumeration(new));
    directions.iter().find_map(|&direction| {
        let (writer, reader) = match direction {
            Direction::Backward => (old, new),
            Direction::Forward => (new, old),
        };
        let wire = || by_number(direction, writer, reader);
        let json = || by_name(direction, writer, reader);
        let asked = |axis| finding.axes.contains(&axis);
        asked(Axis::Wire).then(wire).flatten().or_else(|| asked(Axis::Json).then(json).flatten())
    })
}

fn by_number(direction: Direction, writer: &Enum<'_>, reader: &Enum<'_>) -> Option<Witness> {
    let name = |found: &Enum<'_>, number| {
        canonical(found, number).map_or_else(|| number.to_string(), str::to_owned)
    };
    let (absent, default) = (writer.values.first()?.number, reader.values.first()?.number);
    let unset = enum_value((writer, absent), (reader, default));
    let told = unset.map(|sort| (Vec::new(), sort, absent, default)).or_else(|| {
        writer.values.iter().find_map(|value| {
            let sort = enum_value((writer, value.number), (reader, value.number))?;
            Some((binary::enum_value(value.number), sort, value.number, value.number))
        })
    });
    let (bytes, sort, wrote, read) = told?;
    let difference = Difference {
        path: writer.name.to_owned(),
        sort,
        wrote: name(writer, wrote),
        read: name(reader, read),
        elements: vec![writer.full_name.to_string(), reader.full_name.to_string()],
    };
    let json = (!bytes.is_empty()).then(|| format!("\"{}\"", difference.wrote));
    let lost = reader.features.closed_enum && sort == Sort::Unrecognised;
    let difference = Difference { sort: if lost { Sort::Lost } else { sort }, ..difference };
    Some(Witness {
        direction,
        subject: writer.full_name.to_string(),
        payload: Payload::Binary { bytes, json },
        reading: Reading::Misread { json: None, differences: vec![difference] },
    })
}

fn by_name(direction: Direction, writer: &Enum<'_>, reader: &Enum<'_>) -> Option<Witness> {
    let unknown = writer.values.iter().find(|value| {
        canonical(writer, value.number) == Some(value.name)
            && reader.values.iter().all(|other| other.name != value.name)
    })?;
    Some(Witness {
        direction,
        subject: writer.full_name.to_string(),
        payload: Payload::Json { json: format!("\"{}\"", unknown.name) },
        reading: Reading::Refused { why: format!("unknown enum value `{}`", unknown.name) },
    })
}

/// An `Any` that holds a message which the other side does not have by name.
pub(super) fn any(sides: &Sides<'_, '_, '_>, finding: &Finding) -> Option<Witness> {
    let encoded = finding.axes.iter().any(|axis| matches!(axis, Axis::Wire | Axis::Json));
    let place = finding.old.as_ref().filter(|_| encoded)?;
    let messages = match locate(sides.cx.old, place) {
        Some(Located::Message(id)) => vec![id],
        // What a file or a package takes with it.
        None => sides.cx.old.files.get(place.file.0)?.messages.clone(),
        _ => return None,
    };
    let names = messages.iter().map(|id| &sides.cx.old.message(*id).full_name);
    let name = names.into_iter().find(|name| sides.cx.new.message_named(name).is_none())?;
    Some(Witness {
        direction: Direction::Backward,
        subject: "google.protobuf.Any".to_owned(),
        payload: Payload::Json { json: format!("{{\"@type\":\"type.googleapis.com/{name}\"}}") },
        reading: Reading::Refused { why: format!("nothing declares the type `{name}`") },
    })
}
