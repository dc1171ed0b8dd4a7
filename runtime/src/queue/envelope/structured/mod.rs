//! Structured mode: the whole event in the body, as JSON or protobuf. Read and
//! never written: binary mode carries a protobuf body as it is.
//!
//! Source: the JSON and protobuf event formats of `CloudEvents` 1.0.2.

mod json;
mod protobuf;

use bytes::Bytes;

use super::names;
use crate::{Metadata, Status};

/// A form of whole events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Protobuf,
    /// Several events in one message.
    Batch,
}

/// An event taken apart.
struct Event {
    /// Names without prefix, and values as text.
    attributes: Vec<(String, String)>,
    data: Bytes,
    /// What the data is where the event does not say.
    content_type: Option<&'static str>,
}

impl Form {
    /// The form of a message; `None` in binary mode.
    pub(super) fn of(headers: &Metadata) -> Option<Self> {
        let declared = headers.get(names::CONTENT_TYPE)?;
        let name = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.strip_prefix("application/cloudevents")? {
            "+json" => Some(Self::Json),
            "+protobuf" => Some(Self::Protobuf),
            "-batch+json" | "-batch+protobuf" => Some(Self::Batch),
            _ => None,
        }
    }

    /// The data of an event, whose attributes become headers.
    pub(super) fn read(self, headers: &mut Metadata, body: &Bytes) -> Result<Bytes, Status> {
        let event = match self {
            Self::Json => json::read(body),
            Self::Protobuf => protobuf::read(body),
            Self::Batch => Err("a batch of events is no request: publish them one by one".into()),
        };
        let event = event.and_then(check);
        let event = event.map_err(|why| {
            Status::invalid_argument(format!("the message is no CloudEvent: {why}"))
        })?;
        headers.remove(names::CONTENT_TYPE);
        if let Some(content_type) = event.content_type {
            headers.insert(names::CONTENT_TYPE, content_type);
        }
        for (name, value) in &event.attributes {
            match name.as_str() {
                "datacontenttype" => drop(headers.insert(names::CONTENT_TYPE, value)),
                name => super::set(headers, &format!("ce-{name}"), value),
            }
        }
        Ok(event.data)
    }
}

/// Refuses an event that lacks what every event has.
fn check(event: Event) -> Result<Event, String> {
    let find = |wanted| event.attributes.iter().find(|(name, _)| name == wanted);
    for required in ["specversion", "id", "source", "type"] {
        if find(required).is_none_or(|(_, value)| value.is_empty()) {
            return Err(format!("it has no `{required}`"));
        }
    }
    if let Some((_, version)) = find("specversion")
        && version != "1.0"
    {
        return Err(format!("its `specversion` is `{version}`, and 1.0 is read here"));
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    match event.attributes.iter().find(|(name, _)| !name.bytes().all(plain)) {
        Some((name, _)) => {
            Err(format!("attribute `{name}` may have lower-case letters and digits alone"))
        }
        None => Ok(event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_tells_the_form() {
        for (declared, form) in [
            ("application/cloudevents+json; charset=utf-8", Some(Form::Json)),
            ("application/CloudEvents+protobuf", Some(Form::Protobuf)),
            ("application/cloudevents-batch+json", Some(Form::Batch)),
            ("application/json", None),
        ] {
            let mut headers = Metadata::new();
            headers.insert(names::CONTENT_TYPE, declared);
            assert_eq!(Form::of(&headers), form, "{declared}");
        }
    }

    #[test]
    fn an_event_that_lacks_an_attribute_says_which() {
        for (body, reason) in [
            (r#"{"specversion":"1.0","source":"s","type":"t"}"#, "no `id`"),
            (r#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#, "is `0.3`"),
            (r#"{"specversion":"1.0","id":"1","source":"s","type":"t","a b":1}"#, "`a b`"),
            ("{", "no JSON object"),
        ] {
            let read = Form::Json.read(&mut Metadata::new(), &Bytes::from_static(body.as_bytes()));
            let error = read.expect_err(body);
            assert!(error.message().contains(reason), "{error}");
        }
    }
}
