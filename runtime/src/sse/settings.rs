//! How the stream of one rpc is sent.

use std::time::Duration;

use super::form::Form;
use crate::codec::wire::value_of;
use crate::codec::{Field, Message, MessageType, WireError, json, resembles_an_error};
use crate::service::{SseRoute, StreamForm};
use crate::status::ErrorShape;

/// What the contract says of a stream, or the defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) default_form: StreamForm,
    pub(super) event_id: Option<&'static Field>,
    /// The members of the oneof that names events; none names no event.
    event: &'static [&'static Field],
    pub(crate) heartbeat: Duration,
    pub(super) retry: Option<Duration>,
    pub(super) replay_window: usize,
    /// The field of each reply that is sent; `None` is the whole reply.
    part: Option<&'static Field>,
    /// Whether a reply can look like the document that ends a failed stream.
    pub(super) ambiguous: bool,
    /// The form of the error that ends a stream.
    pub(crate) error_shape: ErrorShape,
}

impl Settings {
    /// The settings of a route, of whose replies, all of type `output`, only the
    /// field `part` is sent if there is one.
    pub(crate) fn new(
        route: Option<&SseRoute>,
        output: &'static MessageType,
        part: Option<&'static Field>,
        error_shape: ErrorShape,
    ) -> Self {
        Self {
            default_form: route.map_or(StreamForm::Sse, |route| route.default_form),
            event_id: route.and_then(|route| route.event_id),
            event: route.map_or(&[], |route| route.event),
            heartbeat: route.map_or(Duration::from_secs(15), |route| route.heartbeat),
            retry: route.and_then(|route| route.retry),
            replay_window: route.map_or(0, |route| route.replay_window),
            part,
            ambiguous: resembles_an_error(output, part),
            error_shape,
        }
    }

    /// How often a stream in this form shows signs of life while it has nothing to say.
    pub(super) fn heartbeat_in(&self, form: Form) -> Option<Duration> {
        (form == Form::Events && !self.heartbeat.is_zero()).then_some(self.heartbeat)
    }

    /// Appends the JSON of one reply, always in one line; nothing on an error.
    pub(crate) fn write(&self, message: &dyn Message, out: &mut Vec<u8>) -> Result<(), WireError> {
        match self.part {
            None => message.write_json(out),
            Some(field) => {
                out.extend(json::field_json(message, field, &json::Options::DEFAULT)?);
                Ok(())
            }
        }
    }

    /// The name of the event that a reply is: the member of the oneof that it
    /// holds, as JSON calls it.
    pub(super) fn name(&self, message: &dyn Message) -> Option<&'static str> {
        if self.event.is_empty() {
            return None;
        }
        let bytes = message.to_proto();
        let held = |field: &&&Field| value_of(&bytes, &[field]).is_some();
        self.event.iter().find(held).map(|field| field.json)
    }

    /// The event id that a reply brings along in this field; empty is none.
    pub(super) fn id(field: &'static Field, message: &dyn Message) -> String {
        let text = json::field_json(message, field, &json::Options::DEFAULT);
        let id = match text.ok().and_then(|text| serde_json::from_slice(&text).ok()) {
            Some(serde_json::Value::String(text)) => text,
            Some(serde_json::Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        // A line end would end the id; NUL would make a client ignore it.
        id.chars().filter(|char| !matches!(char, '\r' | '\n' | '\0')).collect()
    }
}
