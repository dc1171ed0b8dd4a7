//! The bytes of a stream in each of its forms.
//!
//! Server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
//! A JSON document has no raw line ends, so one `data` line holds it.

use super::Settings;
use crate::Status;
use crate::codec::Message;
use crate::service::StreamForm;

/// A comment: it keeps connections open and clients patient.
const COMMENT: &[u8] = b":\n\n";

/// The event after which nothing comes. Its data must not be empty: clients
/// drop events without data.
const END: &[u8] = b"event: end\ndata: {}\n\n";

/// Writes one stream.
#[derive(Debug)]
pub(super) struct Encoder {
    form: StreamForm,
    settings: Settings,
    /// How many items were written, over all connections of the stream.
    pub(super) count: u64,
    /// Whether an item was written on this connection.
    begun: bool,
}

/// What the client learns of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// The bytes say it.
    Told,
    /// Only a broken connection can: a complete array would look like success.
    Break,
}

impl Encoder {
    /// An encoder that goes on after `count` items.
    pub(super) fn new(form: StreamForm, settings: Settings, count: u64) -> Self {
        Self { form, settings, count, begun: false }
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self.form {
            StreamForm::Sse => "text/event-stream",
            StreamForm::Ndjson => "application/x-ndjson",
            StreamForm::JsonArray => "application/json",
        }
    }

    /// Writes what comes before all items, so that the client sees at once
    /// that the stream stands.
    pub(super) fn start(&self, out: &mut Vec<u8>) {
        match (self.form, self.settings.retry) {
            (StreamForm::Sse, Some(retry)) => {
                out.extend(format!("retry: {}\n\n", retry.as_millis()).into_bytes());
            }
            (StreamForm::Sse, None) => out.extend(COMMENT),
            (StreamForm::Ndjson, _) => {}
            (StreamForm::JsonArray, _) => out.push(b'['),
        }
    }

    /// Writes a reply, and nothing on an error; returns the id of its event.
    ///
    /// # Errors
    /// The reply has no JSON form.
    pub(super) fn item(
        &mut self,
        message: &dyn Message,
        out: &mut Vec<u8>,
    ) -> Result<Option<String>, Status> {
        let start = out.len();
        let prefix: &[u8] = match self.form {
            StreamForm::Sse => b"data: ",
            StreamForm::JsonArray if self.begun => b",",
            StreamForm::JsonArray | StreamForm::Ndjson => b"",
        };
        out.extend(prefix);
        if let Err(error) = self.settings.write(message, out) {
            out.truncate(start);
            // The fault is the handler's, not the caller's.
            return Err(Status::internal(format!("a reply has no JSON form: {error}")));
        }
        self.begun = true;
        self.count += 1;
        match self.form {
            StreamForm::JsonArray => Ok(None),
            StreamForm::Ndjson => {
                out.push(b'\n');
                Ok(None)
            }
            StreamForm::Sse => Ok(self.finish_event(message, out)),
        }
    }

    fn finish_event(&self, message: &dyn Message, out: &mut Vec<u8>) -> Option<String> {
        let id = match self.settings.event_id {
            Some(_) => self.settings.id(message),
            None => Some(self.count.to_string()),
        };
        if let Some(id) = &id {
            out.extend(b"\nid: ");
            out.extend(id.as_bytes());
        }
        out.extend(b"\n\n");
        id
    }

    /// Writes the error that ends the stream.
    pub(super) fn fail(&self, status: &Status, out: &mut Vec<u8>) -> Failed {
        let shape = self.settings.error_shape;
        match self.form {
            StreamForm::Sse => {
                // How long the client is to wait before it connects again.
                if let Some(delay) = status.details().retry_after {
                    out.extend(format!("retry: {}\n", delay.as_millis()).into_bytes());
                }
                let json = status.to_json_as(shape);
                out.extend(format!("event: error\ndata: {json}\n\n").into_bytes());
            }
            StreamForm::Ndjson => {
                out.extend(format!("{}\n", status.last_document(shape)).into_bytes());
            }
            StreamForm::JsonArray => return Failed::Break,
        }
        Failed::Told
    }

    /// Writes the end.
    pub(super) fn end(&self, out: &mut Vec<u8>) {
        match self.form {
            StreamForm::Sse => out.extend(END),
            StreamForm::Ndjson => {}
            StreamForm::JsonArray => out.push(b']'),
        }
    }

    /// Writes a sign of life, where the form has one; returns whether it has.
    pub(super) fn heartbeat(&self, out: &mut Vec<u8>) {
        if self.form == StreamForm::Sse {
            out.extend(COMMENT);
        }
    }
}
