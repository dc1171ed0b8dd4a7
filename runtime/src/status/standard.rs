//! The messages of `google/rpc/error_details.proto` as tables, from which
//! their protobuf and JSON forms follow: HTTP and gRPC carry the same facts.
//!
//! A detail of any other type has no JSON form here; its bytes travel as
//! base64 in `value`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::encoding::{self, WireType, decode_key, decode_varint};
use prost_types::{Any, Duration};
use serde_json::{Map, Value};

use super::wire::PREFIX;

/// Number, JSON name and type of a field.
struct Entry(u32, &'static str, Kind);

enum Kind {
    Text,
    Texts,
    /// A 64-bit integer, which JSON writes as a string.
    Integer,
    Duration,
    /// From text to text.
    Map,
    One(&'static [Entry]),
    Many(&'static [Entry]),
}

use Kind::{Integer, Many, One, Text, Texts};

/// Every standard detail.
const LAYOUTS: [(&str, &[Entry]); 10] = [
    (
        "ErrorInfo",
        &[Entry(1, "reason", Text), Entry(2, "domain", Text), Entry(3, "metadata", Kind::Map)],
    ),
    ("RetryInfo", &[Entry(1, "retryDelay", Kind::Duration)]),
    ("DebugInfo", &[Entry(1, "stackEntries", Texts), Entry(2, "detail", Text)]),
    ("QuotaFailure", &[Entry(1, "violations", Many(QUOTA))]),
    ("PreconditionFailure", &[Entry(1, "violations", Many(PRECONDITION))]),
    ("BadRequest", &[Entry(1, "fieldViolations", Many(FIELD))]),
    ("RequestInfo", &[Entry(1, "requestId", Text), Entry(2, "servingData", Text)]),
    (
        "ResourceInfo",
        &[
            Entry(1, "resourceType", Text),
            Entry(2, "resourceName", Text),
            Entry(3, "owner", Text),
            Entry(4, "description", Text),
        ],
    ),
    ("Help", &[Entry(1, "links", Many(LINK))]),
    ("LocalizedMessage", LOCALIZED),
];

const QUOTA: &[Entry] = &[
    Entry(1, "subject", Text),
    Entry(2, "description", Text),
    Entry(3, "apiService", Text),
    Entry(4, "quotaMetric", Text),
    Entry(5, "quotaId", Text),
    Entry(6, "quotaDimensions", Kind::Map),
    Entry(7, "quotaValue", Integer),
    Entry(8, "futureQuotaValue", Integer),
];
const PRECONDITION: &[Entry] =
    &[Entry(1, "type", Text), Entry(2, "subject", Text), Entry(3, "description", Text)];
const FIELD: &[Entry] = &[
    Entry(1, "field", Text),
    Entry(2, "description", Text),
    Entry(3, "reason", Text),
    Entry(4, "localizedMessage", One(LOCALIZED)),
];
const LINK: &[Entry] = &[Entry(1, "description", Text), Entry(2, "url", Text)];
const LOCALIZED: &[Entry] = &[Entry(1, "locale", Text), Entry(2, "message", Text)];

fn layout(type_url: &str) -> Option<&'static [Entry]> {
    let name = type_url.strip_prefix(PREFIX)?;
    LAYOUTS.iter().find(|(own, _)| *own == name).map(|(_, fields)| *fields)
}

/// The JSON of a detail.
pub(super) fn to_json(detail: &Any) -> Value {
    let known = layout(&detail.type_url).and_then(|fields| read_object(fields, &detail.value));
    let mut object = known.unwrap_or_else(|| {
        Map::from_iter([("value".to_owned(), STANDARD.encode(&detail.value).into())])
    });
    object.insert("@type".to_owned(), detail.type_url.as_str().into());
    Value::Object(object)
}

/// The detail that a JSON value is; `None` where it is none, or of another
/// type and without its bytes.
pub(super) fn from_json(value: &Value) -> Option<Any> {
    let object = value.as_object()?;
    let type_url = object.get("@type")?.as_str()?.to_owned();
    let bytes = match layout(&type_url) {
        Some(fields) if !object.contains_key("value") => write_object(fields, object)?,
        _ => STANDARD.decode(object.get("value")?.as_str()?).ok()?,
    };
    Some(Any { type_url, value: bytes })
}

/// Reads a message; fields that the table does not know are passed over.
fn read_object(fields: &[Entry], mut bytes: &[u8]) -> Option<Map<String, Value>> {
    let mut object = Map::new();
    while !bytes.is_empty() {
        let (number, wire_type) = decode_key(&mut bytes).ok()?;
        let field = fields.iter().find(|Entry(own, ..)| *own == number);
        match wire_type {
            WireType::Varint => {
                let value = decode_varint(&mut bytes).ok()?;
                if let Some(Entry(_, name, Integer)) = field {
                    object.insert((*name).to_owned(), value.cast_signed().to_string().into());
                }
            }
            WireType::LengthDelimited => {
                let length = usize::try_from(decode_varint(&mut bytes).ok()?).ok()?;
                let (content, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                if let Some(Entry(_, name, kind)) = field {
                    read_value(kind, content, object.entry(*name).or_insert(Value::Null))?;
                }
            }
            WireType::ThirtyTwoBit => bytes = bytes.get(4..)?,
            WireType::SixtyFourBit => bytes = bytes.get(8..)?,
            WireType::StartGroup | WireType::EndGroup => return None,
        }
    }
    Some(object)
}

fn read_value(kind: &Kind, content: &[u8], into: &mut Value) -> Option<()> {
    let text = || std::str::from_utf8(content).ok();
    match kind {
        Text => *into = text()?.into(),
        Kind::Duration => {
            let duration = <Duration as prost::Message>::decode(content).ok()?;
            *into = duration.to_string().into();
        }
        One(fields) => *into = Value::Object(read_object(fields, content)?),
        Texts => push(into, text()?.into()),
        Many(fields) => push(into, Value::Object(read_object(fields, content)?)),
        Kind::Map => {
            let entry = read_object(&[Entry(1, "key", Text), Entry(2, "value", Text)], content)?;
            let part = |name| Some(entry.get(name).and_then(Value::as_str).unwrap_or_default());
            into[part("key")?] = part("value")?.into();
        }
        Integer => return None,
    }
    Some(())
}

fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        other => *other = Value::Array(vec![item]),
    }
}

/// Writes a message; a value of another type than the table's makes it none.
fn write_object(fields: &[Entry], object: &Map<String, Value>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for Entry(number, name, kind) in fields {
        let Some(value) = object.get(*name).filter(|value| !value.is_null()) else { continue };
        match kind {
            Text => text(*number, value, &mut out)?,
            Integer => {
                let value = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
                encoding::int64::encode(*number, &value, &mut out);
            }
            Kind::Duration => {
                let duration: Duration = value.as_str()?.parse().ok()?;
                encoding::message::encode(*number, &duration, &mut out);
            }
            One(fields) => embed(*number, &write_object(fields, value.as_object()?)?, &mut out),
            Texts => {
                for item in value.as_array()? {
                    text(*number, item, &mut out)?;
                }
            }
            Many(fields) => {
                for item in value.as_array()? {
                    embed(*number, &write_object(fields, item.as_object()?)?, &mut out);
                }
            }
            Kind::Map => {
                for (key, value) in value.as_object()? {
                    let mut entry = Vec::new();
                    embed(1, key.as_bytes(), &mut entry);
                    text(2, value, &mut entry)?;
                    embed(*number, &entry, &mut out);
                }
            }
        }
    }
    Some(out)
}

fn embed(number: u32, content: &[u8], out: &mut Vec<u8>) {
    encoding::encode_key(number, WireType::LengthDelimited, out);
    encoding::encode_varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

fn text(number: u32, value: &Value, out: &mut Vec<u8>) -> Option<()> {
    embed(number, value.as_str()?.as_bytes(), out);
    Some(())
}
