//! The JSON forms of `google.protobuf` types that the mapping treats apart.

use serde_json::{Value, json};

use super::Dialect;
use super::value::scalar;
use crate::contract::Kind;

/// The schema of a well-known type. One without a form of its own, such as a
/// descriptor, is an object.
pub(super) fn schema(name: &str, dialect: Dialect) -> Value {
    match name.strip_prefix("google.protobuf.").unwrap_or(name) {
        "Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "Duration" => json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$" }),
        "FieldMask" => json!({
            "type": "string",
            "pattern": PATHS,
            "description": "Paths of fields in lowerCamelCase, separated by commas; `*` is every field."
        }),
        "Any" => any(),
        "Empty" => json!({ "type": "object", "properties": {} }),
        "Value" => json!({ "description": "Any JSON value." }),
        "ListValue" => json!({ "type": "array", "items": {} }),
        other => wrapped(other)
            .map_or_else(|| json!({ "type": "object" }), |kind| nullable(&kind, dialect)),
    }
}

/// Paths of names in lowerCamelCase, separated by commas. The name of `_field` begins
/// with an upper-case letter.
const PATHS: &str = "^(([A-Za-z][A-Za-z0-9]*|\\*)(\\.([A-Za-z][A-Za-z0-9]*|\\*))*\
    (,([A-Za-z][A-Za-z0-9]*|\\*)(\\.([A-Za-z][A-Za-z0-9]*|\\*))*)*)?$";

/// The kind that a wrapper message wraps.
pub(super) fn wrapped(name: &str) -> Option<Kind> {
    Some(match name {
        "DoubleValue" => Kind::Double,
        "FloatValue" => Kind::Float,
        "Int64Value" => Kind::Int64,
        "UInt64Value" => Kind::Uint64,
        "Int32Value" => Kind::Int32,
        "UInt32Value" => Kind::Uint32,
        "BoolValue" => Kind::Bool,
        "StringValue" => Kind::String,
        "BytesValue" => Kind::Bytes,
        _ => return None,
    })
}

fn any() -> Value {
    json!({
        "type": "object",
        "properties": {
            "@type": {
                "type": "string",
                "description": "The type of the message that the other properties hold.",
                "examples": ["type.googleapis.com/google.protobuf.Duration"]
            }
        }
    })
}

fn nullable(kind: &Kind, dialect: Dialect) -> Value {
    let mut schema = scalar(kind, dialect);
    if let Some(alternatives) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        alternatives.push(json!({ "type": "null" }));
    } else if let Some(types) = schema.get_mut("type") {
        *types = match types.take() {
            Value::Array(mut types) => {
                types.push(json!("null"));
                Value::Array(types)
            }
            single => json!([single, "null"]),
        };
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_take_null_beside_their_value() {
        assert_eq!(
            schema("google.protobuf.BoolValue", Dialect::Exact),
            json!({ "type": ["boolean", "null"] })
        );
        let int = schema("google.protobuf.Int64Value", Dialect::Exact);
        assert_eq!(int["type"], json!(["string", "integer", "null"]));
        let double = schema("google.protobuf.DoubleValue", Dialect::Exact);
        assert_eq!(double["anyOf"][2], json!({ "type": "null" }));
    }
    #[test]
    fn a_mask_has_the_paths_that_servers_read() {
        let pattern = regex::Regex::new(PATHS).expect("a pattern");
        for text in ["", "a", "aB.c1,d", "*", "a.*.b", "Field.x"] {
            assert!(pattern.is_match(text), "{text}");
        }
        for text in ["_", "a_b", "0.5", "1a", "a..b", ".a", "a.", "a,", "a,,b", "a*", "a b"] {
            assert!(!pattern.is_match(text), "{text}");
        }
    }
}
