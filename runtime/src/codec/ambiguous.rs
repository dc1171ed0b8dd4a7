//! Replies that read as an error does: a stream of documents says by its last one,
//! `{"error": …}`, that it failed.

use super::{Cardinality, Field, Kind, MessageType};

/// Messages whose JSON has any member.
const OPEN: [&str; 2] = ["google.protobuf.Struct", "google.protobuf.Value"];

/// Whether a reply of this type, or the field of it that is sent, can look like the
/// document `{"error": …}`.
pub(crate) fn resembles_an_error(output: &MessageType, part: Option<&Field>) -> bool {
    // Some write the names of the contract.
    let is_error = |field: &Field| field.json == "error" || field.name == "error";
    let of =
        |message: &MessageType| OPEN.contains(&message.name) || message.fields.iter().any(is_error);
    let Some(part) = part else { return of(output) };
    match (part.cardinality, part.kind) {
        // The keys of a map are anything.
        (Cardinality::Map(_), _) => true,
        (Cardinality::Repeated, _) => false,
        (_, Kind::Message(message) | Kind::Group(message)) => of(message),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::wkt::{INT64_VALUE, LIST_VALUE, STRUCT};

    const fn field(json: &'static str, cardinality: Cardinality, kind: Kind) -> Field {
        Field { name: "f", json, number: 1, cardinality, kind }
    }

    static CHUNK: MessageType = MessageType {
        name: "x.Chunk",
        fields: &[field("error", Cardinality::Implicit, Kind::String)],
        new: crate::codec::new::<()>,
        rules: None,
    };

    #[test]
    fn a_member_error_and_members_of_any_name_are_in_the_way() {
        assert!(resembles_an_error(&CHUNK, None) && resembles_an_error(&STRUCT, None));
        assert!(!resembles_an_error(&INT64_VALUE, None) && !resembles_an_error(&LIST_VALUE, None));
    }

    #[test]
    fn of_a_part_its_own_form_counts() {
        const TEXT: Cardinality = Cardinality::Map(&Kind::String);
        for (cardinality, kind, expected) in [
            (Cardinality::Optional, Kind::Message(&CHUNK), true),
            (Cardinality::Optional, Kind::Message(&INT64_VALUE), false),
            (Cardinality::Repeated, Kind::Message(&CHUNK), false),
            (Cardinality::Implicit, Kind::String, false),
            (TEXT, Kind::Int32, true),
        ] {
            let part = field("error", cardinality, kind);
            assert_eq!(resembles_an_error(&CHUNK, Some(&part)), expected, "{part:?}");
        }
    }
}
