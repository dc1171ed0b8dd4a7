//! A field that both sides have, under one number or renumbered.

use super::{Reading, Shape, Sided, cardinality, enumeration, json, json_key, wire};
use crate::compat::finding::Verdict::{Break, Conditional, Lossy, Ok};
use crate::compat::pair::Comparison;
use crate::compat::schema::{Cardinality, Field, Kind, MessageId};

/// How each side reads the other's values of a field: their type and how many
/// there are. What is inside of messages is left to
/// [`message`](super::message), for which see [`referents`].
pub fn values<'a>(cx: &Comparison<'_, 'a>, old: &Field<'a>, new: &Field<'a>) -> Shape {
    let (before, after) =
        (Sided { schema: cx.old, field: old }, Sided { schema: cx.new, field: new });
    if let (Some(old), Some(new)) = (cx.old.map_entry(old), cx.new.map_entry(new)) {
        let parts = old.fields.iter().zip(&new.fields).map(|(old, new)| {
            let (old, new) =
                (Sided { schema: cx.old, field: old }, Sided { schema: cx.new, field: new });
            single(cx, old, new)
        });
        return parts.fold(Shape::OK, Shape::worst);
    }
    let count = Shape {
        backward: cardinality::read(before, after),
        forward: cardinality::read(after, before),
    };
    count.worst(single(cx, before, after))
}

/// How each side reads one value of the other.
fn single<'a>(cx: &Comparison<'_, 'a>, old: Sided<'_, 'a>, new: Sided<'_, 'a>) -> Shape {
    if old.field.kind == Kind::Enum && new.field.kind == Kind::Enum {
        let enums =
            (cx.old.enum_named(old.field.type_name), cx.new.enum_named(new.field.type_name));
        return match enums {
            (Some(old), Some(new)) if cx.new_enum_of(old) != Some(new) => {
                enumeration(cx.old.enumeration(old), cx.new.enumeration(new))
            }
            _ => Shape::OK,
        };
    }
    let read = |writer: Sided<'_, '_>, reader: Sided<'_, '_>| {
        Reading::new(wire::read(writer, reader), json::read(writer, reader))
    };
    let mut shape = Shape { backward: read(old, new), forward: read(new, old) };
    if !old.field.type_name.is_empty() && cx.same_type(old.field.type_name, new.field.type_name) {
        (shape.backward.json, shape.forward.json) = (Ok, Ok);
    }
    shape
}

/// The messages that two fields hold, where these are not one message: what
/// has to be compared to know whether the fields hold the same.
pub fn referents<'a>(
    cx: &Comparison<'_, 'a>,
    old: &Field<'a>,
    new: &Field<'a>,
) -> Option<(MessageId, MessageId)> {
    let (mut old, mut new) = (old, new);
    if let (Some(before), Some(after)) = (cx.old.map_entry(old), cx.new.map_entry(new)) {
        (old, new) = (before.fields.get(1)?, after.fields.get(1)?);
    }
    let pair = (cx.old.message_named(old.type_name)?, cx.new.message_named(new.type_name)?);
    (cx.new_message_of(pair.0) != Some(pair.1)).then_some(pair)
}

/// How each side reads the other's field: values, number, key and presence.
pub fn field<'a>(cx: &Comparison<'_, 'a>, old: &Field<'a>, new: &Field<'a>) -> Shape {
    let mut shape = values(cx, old, new).worst(json_key(old, new)).worst(presence(cx, old, new));
    if old.number != new.number {
        (shape.backward.wire, shape.forward.wire) = (Break, Break);
    }
    shape
}

/// How each side reads the other's absence.
pub fn presence<'a>(cx: &Comparison<'_, 'a>, old: &Field<'a>, new: &Field<'a>) -> Shape {
    use Cardinality::{Explicit, Implicit, Required};
    let read = |writer, reader| {
        Reading::both(match (writer, reader) {
            (Required, Required) => Ok,
            // What is missing is refused.
            (_, Required) => Break,
            // What is absent arrives as the default.
            (Explicit, Implicit) => Lossy,
            // The default arrives as absent.
            (Implicit, Explicit) => Conditional,
            _ => Ok,
        })
    };
    let (old, new) = (cx.old.cardinality(old), cx.new.cardinality(new));
    Shape::both_ways(old, new, read)
}
