//! `application/cloudevents+protobuf`.
//!
//! Source: `io.cloudevents.v1`, in `cloudevents.proto`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use prost::Message as _;

use super::Event;

#[derive(Clone, PartialEq, prost::Message)]
struct CloudEvent {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, tag = "2")]
    source: String,
    #[prost(string, tag = "3")]
    spec_version: String,
    #[prost(string, tag = "4")]
    kind: String,
    #[prost(btree_map = "string, message", tag = "5")]
    attributes: BTreeMap<String, Attribute>,
    #[prost(oneof = "Data", tags = "6, 7, 8")]
    data: Option<Data>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Data {
    #[prost(bytes = "bytes", tag = "6")]
    Binary(Bytes),
    #[prost(string, tag = "7")]
    Text(String),
    #[prost(message, tag = "8")]
    Proto(prost_types::Any),
}

#[derive(Clone, PartialEq, prost::Message)]
struct Attribute {
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5, 6, 7")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Value {
    #[prost(bool, tag = "1")]
    Boolean(bool),
    #[prost(int32, tag = "2")]
    Integer(i32),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(bytes = "bytes", tag = "4")]
    Bytes(Bytes),
    #[prost(string, tag = "5")]
    Uri(String),
    #[prost(string, tag = "6")]
    UriRef(String),
    #[prost(message, tag = "7")]
    Timestamp(prost_types::Timestamp),
}

impl Value {
    /// The value as the specification writes it in a text.
    fn into_text(self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Text(text) | Self::Uri(text) | Self::UriRef(text) => text,
            Self::Bytes(bytes) => STANDARD.encode(bytes),
            Self::Timestamp(time) => time.to_string(),
        }
    }
}

pub(super) fn read(body: &[u8]) -> Result<Event, String> {
    let event =
        CloudEvent::decode(body).map_err(|error| format!("its body is no protobuf: {error}"))?;
    let own = [
        ("id", event.id),
        ("source", event.source),
        ("specversion", event.spec_version),
        ("type", event.kind),
    ];
    let mut attributes: Vec<_> =
        own.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    for (name, attribute) in event.attributes {
        attributes.extend(attribute.value.map(|value| (name, value.into_text())));
    }
    let (data, content_type) = match event.data {
        None => (Bytes::new(), None),
        Some(Data::Binary(data)) => (data, None),
        Some(Data::Text(text)) => (Bytes::from(text), None),
        Some(Data::Proto(any)) => (Bytes::from(any.value), Some("application/protobuf")),
    };
    Ok(Event { attributes, data, content_type })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_in_protobuf_is_read() {
        let number = Attribute { value: Some(Value::Integer(7)) };
        let event = CloudEvent {
            id: "1".into(),
            attributes: BTreeMap::from([("n".to_owned(), number)]),
            data: Some(Data::Proto(prost_types::Any { type_url: "x".into(), value: vec![1] })),
            ..CloudEvent::default()
        };
        let read = read(&event.encode_to_vec()).expect("an event");
        assert!(read.attributes.contains(&("n".to_owned(), "7".to_owned())));
        assert_eq!((&read.data[..], read.content_type), (&[1][..], Some("application/protobuf")));
    }
}
