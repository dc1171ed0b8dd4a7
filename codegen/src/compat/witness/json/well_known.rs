//! The messages of `google.protobuf` whose JSON is no object of their fields.

use prost_types::{Duration, Timestamp};
use serde_json::{Map, Value as Json};

use super::read::Reader;
use super::write as writer;
use crate::compat::schema::{Field, Kind, MessageId};
use crate::compat::witness::binary;
use crate::compat::witness::error::ReadError;
use crate::compat::witness::tree::{Slot, Tree, Value};
use crate::compat::witness::types::Types;

/// The enum whose only value is `null`.
pub(super) const NULL_VALUE: &str = "google.protobuf.NullValue";

type Outcome<T> = Result<T, ReadError>;

/// What has a form of its own.
#[derive(Clone, Copy)]
enum Special {
    Any,
    Duration,
    FieldMask,
    List,
    Struct,
    Timestamp,
    Value,
    Wrapper,
}

impl Special {
    fn of(types: &Types<'_, '_>, id: MessageId) -> Option<Self> {
        let name = types.schema.message(id).full_name.strip_prefix("google.protobuf.")?;
        Some(match name {
            "Any" => Self::Any,
            "Duration" => Self::Duration,
            "FieldMask" => Self::FieldMask,
            "ListValue" => Self::List,
            "Struct" => Self::Struct,
            "Timestamp" => Self::Timestamp,
            "Value" => Self::Value,
            "BoolValue" | "BytesValue" | "DoubleValue" | "FloatValue" | "Int32Value"
            | "Int64Value" | "StringValue" | "UInt32Value" | "UInt64Value" => Self::Wrapper,
            _ => return None,
        })
    }
}

/// Whether `null` is a value of the field instead of its absence.
pub(super) fn takes_null(types: &Types<'_, '_>, field: &Field<'_>) -> bool {
    match field.kind {
        Kind::Enum => field.type_name == NULL_VALUE,
        _ => types
            .message_of(field)
            .is_some_and(|id| matches!(Special::of(types, id), Some(Special::Value))),
    }
}

/// The JSON of a message that has a form of its own.
pub(super) fn write(types: &Types<'_, '_>, id: MessageId, tree: &Tree) -> Option<Outcome<Json>> {
    let special = Special::of(types, id)?;
    let object = || writer::object(types, id, tree);
    let field = |name: &str, otherwise: Json| {
        object().map(|mut object| object.remove(name).unwrap_or(otherwise))
    };
    Some(match special {
        Special::Any => any(types, tree),
        Special::Duration => {
            let (seconds, nanos) = seconds(tree);
            in_range(seconds, -315_576_000_000, 315_576_000_000)
                .map(|seconds| Duration { seconds, nanos }.to_string().into())
        }
        Special::Timestamp => {
            let (seconds, nanos) = seconds(tree);
            in_range(seconds, -62_135_596_800, 253_402_300_799)
                .map(|seconds| Timestamp { seconds, nanos }.to_string().into())
        }
        Special::FieldMask => Ok(mask(tree)),
        Special::List => field("values", Json::Array(Vec::new())),
        Special::Struct => field("fields", Json::Object(Map::new())),
        Special::Value => {
            object().map(|object| object.into_iter().next().map_or(Json::Null, |(_, json)| json))
        }
        Special::Wrapper => {
            let zero = types.numbered(id, 1).map(|member| types.default(member.field));
            let value = tree.one(1).cloned().or(zero).unwrap_or(Value::Bool(false));
            writer::plain(types, id, &value)
        }
    })
}

fn seconds(tree: &Tree) -> (i64, i32) {
    let int = |number| match tree.one(number) {
        Some(Value::Int(value)) => *value,
        _ => 0,
    };
    (int(1), int(2).try_into().unwrap_or_default())
}

fn in_range(seconds: i64, least: i64, most: i64) -> Outcome<i64> {
    let beyond = || ReadError::new("the time is out of range");
    (least..=most).contains(&seconds).then_some(seconds).ok_or_else(beyond)
}

fn mask(tree: &Tree) -> Json {
    let paths = tree.many(1).iter().filter_map(|path| match path {
        Value::String(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    });
    let paths: Vec<_> = paths.map(camel).collect();
    paths.join(",").into()
}

fn camel(path: &str) -> String {
    let mut words = path.split('_');
    let mut result = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        result.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        result.push_str(letters.as_str());
    }
    result
}

fn any(types: &Types<'_, '_>, tree: &Tree) -> Outcome<Json> {
    let (Some(Value::String(url)), bytes) = (tree.one(1), tree.one(2)) else {
        let empty = tree.fields.is_empty();
        return empty
            .then(|| Json::Object(Map::new()))
            .ok_or_else(|| ReadError::new("the type is missing"));
    };
    let url = String::from_utf8_lossy(url).into_owned();
    let id = packed_type(types, &url)?;
    let bytes = match bytes {
        Some(Value::Bytes(bytes)) => &bytes[..],
        _ => &[],
    };
    let held = binary::read(types, id, bytes)?;
    let mut object = Map::from_iter([("@type".to_owned(), url.into())]);
    match Special::of(types, id) {
        Some(_) => {
            object.insert("value".to_owned(), writer::write(types, id, &held)?);
        }
        None => object.extend(writer::object(types, id, &held)?),
    }
    Ok(Json::Object(object))
}

fn packed_type(types: &Types<'_, '_>, url: &str) -> Outcome<MessageId> {
    let name = url.rsplit('/').next().unwrap_or_default();
    let unknown = || ReadError::new(format!("nothing declares the type of `{url}`"));
    types.schema.message_named(name).ok_or_else(unknown)
}

/// The message that has a form of its own.
pub(super) fn read(
    reader: Reader<'_, '_, '_>,
    id: MessageId,
    json: &Json,
) -> Option<Outcome<Tree>> {
    let special = Special::of(reader.types, id)?;
    let inside = |name: &str| {
        let object = Map::from_iter([(name.to_owned(), json.clone())]);
        reader.object(id, &object)
    };
    Some(match special {
        Special::Any => read_any(reader, json),
        Special::Duration => parsed(json, |text| {
            let value: Duration = text.parse().ok()?;
            Some((value.seconds, value.nanos))
        }),
        Special::Timestamp => parsed(json, |text| {
            let value: Timestamp = text.parse().ok()?;
            Some((value.seconds, value.nanos))
        }),
        Special::FieldMask => read_mask(json),
        Special::List if !json.is_array() => Err(not("a list", json)),
        Special::Struct if !json.is_object() => Err(not("an object", json)),
        Special::List => inside("values"),
        Special::Struct => inside("fields"),
        Special::Value => inside(match json {
            Json::Null => "nullValue",
            Json::Bool(_) => "boolValue",
            Json::Number(_) => "numberValue",
            Json::String(_) => "stringValue",
            Json::Array(_) => "listValue",
            Json::Object(_) => "structValue",
        }),
        Special::Wrapper => inside("value"),
    })
}

fn not(what: &str, json: &Json) -> ReadError {
    ReadError::new(format!("`{json}` is not {what}"))
}

fn parsed(json: &Json, parse: impl Fn(&str) -> Option<(i64, i32)>) -> Outcome<Tree> {
    let (seconds, nanos) =
        json.as_str().and_then(parse).ok_or_else(|| not("a time in the field's form", json))?;
    let mut tree = Tree::default();
    for (number, value) in [(1, seconds), (2, i64::from(nanos))] {
        if value != 0 {
            tree.fields.insert(number, Slot::One(Value::Int(value)));
        }
    }
    Ok(tree)
}

fn read_mask(json: &Json) -> Outcome<Tree> {
    let text = json.as_str().ok_or_else(|| not("a field mask", json))?;
    let mut tree = Tree::default();
    for path in text.split(',').filter(|path| !path.is_empty()) {
        let mut snake = String::new();
        for c in path.chars() {
            if c.is_ascii_uppercase() {
                snake.push('_');
            }
            snake.push(c.to_ascii_lowercase());
        }
        tree.push(1, Value::String(snake.into_bytes()));
    }
    Ok(tree)
}

fn read_any(reader: Reader<'_, '_, '_>, json: &Json) -> Outcome<Tree> {
    let mut object = json.as_object().cloned().ok_or_else(|| not("an object", json))?;
    if object.is_empty() {
        return Ok(Tree::default());
    }
    let Some(Json::String(url)) = object.remove("@type") else {
        return Err(ReadError::new("`@type` is missing"));
    };
    let id = packed_type(reader.types, &url)?;
    let held = match Special::of(reader.types, id) {
        Some(_) => {
            let value =
                object.remove("value").ok_or_else(|| ReadError::new("`value` is missing"))?;
            reader.message(id, &value)?
        }
        None => reader.object(id, &object)?,
    };
    let mut tree = Tree::of(1, Slot::One(Value::String(url.into_bytes())));
    let bytes = binary::write(reader.types, id, &held);
    if !bytes.is_empty() {
        tree.fields.insert(2, Slot::One(Value::Bytes(bytes)));
    }
    Ok(tree)
}
