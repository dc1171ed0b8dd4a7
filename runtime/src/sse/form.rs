//! The forms of a stream over HTTP and their media types.

use crate::service::StreamForm;

/// How replies follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Server-sent events.
    Events,
    /// One JSON document a line.
    Lines,
    /// JSON documents between record separators (RFC 7464).
    Sequence,
    /// One JSON array.
    Array,
}

/// Every media type and its form; of several for one form the first is usual.
pub(super) const FORMS: [(&str, Form); 6] = [
    ("text/event-stream", Form::Events),
    ("application/x-ndjson", Form::Lines),
    ("application/ndjson", Form::Lines),
    ("application/jsonl", Form::Lines),
    ("application/json-seq", Form::Sequence),
    ("application/json", Form::Array),
];

impl From<StreamForm> for Form {
    fn from(form: StreamForm) -> Self {
        match form {
            StreamForm::Sse => Self::Events,
            StreamForm::Ndjson => Self::Lines,
            StreamForm::JsonArray => Self::Array,
        }
    }
}

/// How one stream is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// The media type, as the caller calls it.
    pub(super) media: &'static str,
    pub(crate) form: Form,
    /// Whether an array says why it breaks off.
    pub(super) array_errors: bool,
}
