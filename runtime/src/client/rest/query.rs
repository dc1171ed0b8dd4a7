//! Fields as query parameters: the inverse of the server's query binding.
//!
//! A submessage without fields has no form in a query and is left out.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::Status;
use crate::codec::{Cardinality, Field, Kind, MessageType};

/// RFC 3986's unreserved characters, and those that make keys readable.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Well-known types whose JSON is no object of fields: sent as JSON text.
const JSON_TEXT: [&str; 3] =
    ["google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"];

/// Writes the fields of a message in JSON form as a query, without the `?`.
pub(super) fn write(message: &MessageType, fields: &Map<String, Value>) -> Result<String, Status> {
    let mut query = Query::default();
    query.message("", message, fields)?;
    Ok(query.0)
}

#[derive(Default)]
struct Query(String);

impl Query {
    fn message(
        &mut self,
        prefix: &str,
        message: &MessageType,
        fields: &Map<String, Value>,
    ) -> Result<(), Status> {
        for (name, value) in fields {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match message.field(name) {
                Some(field) => self.field(&key, field, value)?,
                None => return Err(unsendable(&key)),
            }
        }
        Ok(())
    }

    fn field(&mut self, key: &str, field: &Field, value: &Value) -> Result<(), Status> {
        match (field.cardinality, value) {
            (Cardinality::Repeated, Value::Array(items)) => {
                items.iter().try_for_each(|item| self.scalar(key, item))
            }
            (Cardinality::Map(_), Value::Object(entries)) => entries
                .iter()
                .try_for_each(|(entry, item)| self.scalar(&format!("{key}[{entry}]"), item)),
            _ => self.singular(key, field.kind, value),
        }
    }

    fn singular(&mut self, key: &str, kind: Kind, value: &Value) -> Result<(), Status> {
        match (kind, value) {
            (Kind::Message(message) | Kind::Group(message), _)
                if JSON_TEXT.contains(&message.name) =>
            {
                self.pair(key, &value.to_string());
                Ok(())
            }
            (Kind::Message(message) | Kind::Group(message), Value::Object(fields)) => {
                self.message(key, message, fields)
            }
            _ => self.scalar(key, value),
        }
    }

    fn scalar(&mut self, key: &str, value: &Value) -> Result<(), Status> {
        let text = text(value).ok_or_else(|| unsendable(key))?;
        self.pair(key, &text);
        Ok(())
    }

    fn pair(&mut self, key: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(key, KEPT));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, KEPT));
    }
}

/// A scalar as the text that paths and queries carry.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn unsendable(key: &str) -> Status {
    let wanted = "has no form in a query; give the route a body";
    Status::invalid_argument(format!("{key}: {wanted}")).with_violation(key, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const fn message(name: &'static str, fields: &'static [Field]) -> MessageType {
        MessageType { name, fields, new: crate::codec::new::<()>, rules: None }
    }

    const fn field(name: &'static str, cardinality: Cardinality, kind: Kind) -> Field {
        Field { name, json: name, number: 1, cardinality, kind }
    }

    static STRUCT: MessageType = message("google.protobuf.Struct", &[]);
    static PAGE: MessageType =
        message("x.Page", &[field("size", Cardinality::Implicit, Kind::Int32)]);
    static QUERY: MessageType = message(
        "x.Query",
        &[
            field("text", Cardinality::Implicit, Kind::String),
            field("tags", Cardinality::Repeated, Kind::String),
            field("labels", Cardinality::Map(&Kind::String), Kind::Int32),
            field("page", Cardinality::Optional, Kind::Message(&PAGE)),
            field("pages", Cardinality::Repeated, Kind::Message(&PAGE)),
            field("extra", Cardinality::Optional, Kind::Message(&STRUCT)),
        ],
    );

    fn query(fields: &Value) -> Result<String, Status> {
        write(&QUERY, fields.as_object().unwrap())
    }

    #[test]
    fn fields_become_parameters() {
        for (fields, expected) in [
            (json!({"text": "a b&c+é"}), "text=a%20b%26c%2B%C3%A9"),
            (json!({"tags": ["x", "y"]}), "tags=x&tags=y"),
            (json!({"labels": {"k": 1}}), "labels%5Bk%5D=1"),
            (json!({"page": {"size": 3}, "text": ""}), "page.size=3&text="),
            (json!({"extra": {"a": true}}), "extra=%7B%22a%22%3Atrue%7D"),
        ] {
            assert_eq!(query(&fields).unwrap(), expected);
        }
    }

    #[test]
    fn lists_of_messages_are_refused() {
        let error = query(&json!({"pages": [{"size": 1}]})).unwrap_err();
        assert_eq!(error.details().violations[0].field, "pages");
    }
}
