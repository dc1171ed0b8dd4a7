//! Takes a message out of its envelope, whichever way it was put in: what comes
//! out has its attributes as headers.

use bytes::Bytes;

use super::{names, structured};
use crate::{Metadata, Status};

/// A message in binary mode.
pub(in crate::queue) struct Opened {
    pub(in crate::queue) headers: Metadata,
    pub(in crate::queue) body: Bytes,
}

/// Attributes that stand for a header of ours: that of the specification which some
/// bindings map like any other, and those of official extensions.
const ALIASES: [(&str, &str); 5] = [
    (names::DATA_CONTENT_TYPE, names::CONTENT_TYPE),
    ("ce-traceparent", names::TRACEPARENT),
    ("ce-tracestate", names::TRACESTATE),
    ("ce-correlationid", names::CORRELATION_ID),
    ("ce-idempotencykey", names::IDEMPOTENCY_KEY),
];

/// Opens a message as it was delivered.
pub(in crate::queue) fn open(headers: &Metadata, body: &Bytes) -> Result<Opened, Status> {
    let mut headers = headers.clone();
    let body = match structured::Form::of(&headers) {
        None => body.clone(),
        Some(form) => form.read(&mut headers, body)?,
    };
    for (attribute, header) in ALIASES {
        // What the transport says of its own is nearer than what the event says.
        if headers.get(header).is_none()
            && let Some(value) = super::get(&headers, attribute)
        {
            headers.insert(header, &value);
        }
    }
    Ok(Opened { headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(pairs: &[(&str, &str)]) -> Metadata {
        let mut headers = Metadata::new();
        for (name, value) in pairs {
            headers.insert(name, value);
        }
        headers
    }

    #[test]
    fn official_extensions_stand_for_the_headers_that_are_missing() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let sent = delivered(&[
            ("ce-traceparent", trace),
            ("ce-correlationid", "theirs"),
            ("x-correlation-id", "nearer"),
        ]);
        let opened = open(&sent, &Bytes::from_static(b"{}")).expect("it opens");
        assert_eq!(opened.headers.get("traceparent"), Some(trace));
        assert_eq!(opened.headers.get("x-correlation-id"), Some("nearer"));
        assert_eq!(&opened.body[..], b"{}");
    }
}
