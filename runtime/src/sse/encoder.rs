//! The bytes of a stream in each of its forms.
//!
//! Server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
//! A JSON document has no raw line ends, so one `data` line holds it.

use std::ops::Range;

use super::Settings;
use super::form::{Form, Sent};
use crate::Status;
use crate::codec::Message;
use crate::status::Reason;

/// A comment: it keeps connections open and clients patient.
const COMMENT: &[u8] = b":\n\n";

/// The id of an event after which nothing comes. A browser connects again even
/// then, with this id, and gives up once it is told that there is nothing.
pub(super) const LAST_ID: &str = "~end";

/// What begins a document of a sequence (RFC 7464).
const RECORD: u8 = 0x1e;

/// Writes one stream.
#[derive(Debug)]
pub(super) struct Encoder {
    sent: Sent,
    settings: Settings,
    /// How many items were written, over all connections of the stream.
    pub(super) count: u64,
    /// What the ids of its events begin with, where streams are told apart.
    prefix: String,
    /// Whether an item was written on this connection.
    begun: bool,
}

/// What the client learns of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// The bytes say it.
    Told,
    /// Only a broken connection can: a complete array, or a last document that could
    /// be a reply, would look like success.
    Break,
}

impl Encoder {
    /// An encoder that goes on after `count` items.
    pub(super) fn new(sent: Sent, settings: Settings, prefix: String, count: u64) -> Self {
        Self { sent, settings, count, prefix, begun: false }
    }

    pub(super) fn content_type(&self) -> &'static str {
        self.sent.media
    }

    /// Writes what comes before all items, so that the client sees at once
    /// that the stream stands.
    pub(super) fn start(&self, out: &mut Vec<u8>) {
        match (self.sent.form, self.settings.retry) {
            (Form::Events, Some(retry)) => {
                out.extend(format!("retry: {}\n\n", retry.as_millis()).into_bytes());
            }
            (Form::Events, None) => out.extend(COMMENT),
            (Form::Lines | Form::Sequence, _) => {}
            (Form::Array, _) => out.push(b'['),
        }
    }

    /// Writes a reply, and nothing on an error; returns where the id of its event
    /// stands in `out`, which is empty where the reply has none.
    ///
    /// # Errors
    /// The reply has no JSON form.
    pub(super) fn item(
        &mut self,
        message: &dyn Message,
        out: &mut Vec<u8>,
    ) -> Result<Option<Range<usize>>, Status> {
        let start = out.len();
        match self.sent.form {
            Form::Events => {
                if let Some(name) = self.settings.name(message) {
                    out.extend_from_slice(b"event: ");
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'\n');
                }
                out.extend_from_slice(b"data: ");
            }
            Form::Array if self.begun => out.push(b','),
            Form::Sequence => out.push(RECORD),
            Form::Array | Form::Lines => {}
        }
        if let Err(error) = self.settings.write(message, out) {
            out.truncate(start);
            // The fault is the handler's, not the caller's.
            return Err(Reason::InvalidReply.status(format!("a reply has no JSON form: {error}")));
        }
        self.begun = true;
        // It may go on behind any number that a client names.
        self.count = self.count.saturating_add(1);
        match self.sent.form {
            Form::Array => Ok(None),
            Form::Lines | Form::Sequence => {
                out.push(b'\n');
                Ok(None)
            }
            Form::Events => Ok(Some(self.finish_event(message, out))),
        }
    }

    fn finish_event(&self, message: &dyn Message, out: &mut Vec<u8>) -> Range<usize> {
        let mut digits = itoa::Buffer::new();
        let own = self.settings.event_id.map(|field| Settings::id(field, message));
        let id = own.as_deref().unwrap_or_else(|| digits.format(self.count));
        // An empty id would make a client forget the last one.
        let written =
            if id.is_empty() { out.len()..out.len() } else { write_id(&[&self.prefix, id], out) };
        out.extend_from_slice(b"\n\n");
        written
    }

    /// Writes the error that ends the stream.
    pub(super) fn fail(&self, status: &Status, out: &mut Vec<u8>) -> Failed {
        let shape = self.settings.error_shape;
        let document = || status.last_document(shape).to_string().into_bytes();
        match self.sent.form {
            Form::Events => {
                // How long the client is to wait before it connects again.
                if let Some(delay) = status.details().retry_after {
                    out.extend(format!("retry: {}\n", delay.as_millis()).into_bytes());
                }
                let json = status.to_json_as(shape);
                out.extend(format!("event: error\ndata: {json}").into_bytes());
                if !status.is_retryable() {
                    write_id(&[LAST_ID], out);
                }
                out.extend_from_slice(b"\n\n");
            }
            Form::Lines | Form::Sequence => {
                if self.sent.form == Form::Sequence {
                    out.push(RECORD);
                }
                out.extend(document());
                out.push(b'\n');
                if self.settings.ambiguous {
                    return Failed::Break;
                }
            }
            Form::Array => {
                if self.sent.array_errors {
                    out.extend(self.begun.then_some(b','));
                    out.extend(document());
                }
                return Failed::Break;
            }
        }
        Failed::Told
    }

    /// Writes the end.
    pub(super) fn end(&self, out: &mut Vec<u8>) {
        match self.sent.form {
            Form::Events => {
                // Clients drop events without data.
                out.extend_from_slice(b"event: end\ndata: {}");
                write_id(&[LAST_ID], out);
                out.extend_from_slice(b"\n\n");
            }
            Form::Lines | Form::Sequence => {}
            Form::Array => out.push(b']'),
        }
    }

    /// Writes a sign of life, where the form has one.
    pub(super) fn heartbeat(&self, out: &mut Vec<u8>) {
        if self.sent.form == Form::Events {
            out.extend(COMMENT);
        }
    }
}

/// Writes the line of an id, whose parts these are; returns where it stands.
fn write_id(parts: &[&str], out: &mut Vec<u8>) -> Range<usize> {
    out.extend_from_slice(b"\nid: ");
    let start = out.len();
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    start..out.len()
}
