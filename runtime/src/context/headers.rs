//! Headers to context and back: the one place that knows header names, shared
//! by HTTP, gRPC and queue messages.

use std::borrow::Cow;
#[cfg(feature = "server")]
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tokio::time::Instant;

use http::HeaderName;

#[cfg(feature = "server")]
use super::ReplyHeaders;
use super::{Context, CorrelationId, Metadata, Shared, TraceContext, Transport};
#[cfg(feature = "grpc")]
use crate::Status;
#[cfg(feature = "grpc")]
use crate::status::Reason;

/// How long a correlation id of a caller may be, in bytes: it goes into every
/// log line and on to other agents.
const LONGEST_ID: usize = 128;

/// Header names that carry a [`Context`].
pub mod names {
    /// The id that all calls of one piece of work share, of at most 128 bytes;
    /// a longer one is replaced.
    pub const CORRELATION_ID: &str = "x-correlation-id";
    /// W3C Trace Context.
    pub const TRACEPARENT: &str = "traceparent";
    /// The server's span, in replies to callers that sent a trace. Source: the
    /// response header of W3C Trace Context, a draft.
    pub const TRACERESPONSE: &str = "traceresponse";
    /// W3C Trace Context, vendor part.
    pub const TRACESTATE: &str = "tracestate";
    /// The key under which a repeated request has its effect only once.
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    /// The last event that a resuming client has seen.
    pub const LAST_EVENT_ID: &str = "last-event-id";
    /// How long the caller waits, in seconds with an optional fraction.
    pub const REQUEST_TIMEOUT: &str = "request-timeout";
    /// Asks to be told of an error within a JSON array, before the connection
    /// breaks.
    pub const ARRAY_ERRORS: &str = "x-agentgen-array-errors";
    /// How long the caller waits, in the notation of gRPC (`250m`).
    pub const GRPC_TIMEOUT: &str = "grpc-timeout";
    /// How long the caller waits, in milliseconds, as Connect writes it.
    pub const CONNECT_TIMEOUT: &str = "connect-timeout-ms";
    /// When the caller stops waiting, in the notation of RFC 3339: for
    /// messages that lie in a queue, where a span of time would mean nothing.
    pub const DEADLINE: &str = "ce-deadline";
}

static CORRELATION_ID: HeaderName = HeaderName::from_static(names::CORRELATION_ID);
static TRACEPARENT: HeaderName = HeaderName::from_static(names::TRACEPARENT);
#[cfg(feature = "grpc")]
static GRPC_TIMEOUT: HeaderName = HeaderName::from_static(names::GRPC_TIMEOUT);

impl Context {
    /// Reads a context from the headers of a request.
    ///
    /// A missing correlation id or trace is started here; a malformed header
    /// counts as missing.
    pub fn from_headers(transport: Transport, metadata: Metadata) -> Self {
        let known = Known::of(&metadata);
        let trace = known.traceparent.and_then(TraceContext::parse);
        let trace = trace.map(|trace| trace.child().with_state(known.tracestate));
        let traced = trace.is_some();
        let waits = [
            known.grpc_timeout.and_then(parse_grpc_timeout),
            known.connect_timeout.and_then(parse_connect_timeout),
            known.request_timeout.and_then(parse_seconds),
            known.deadline.and_then(time_to_deadline),
        ];
        let wait = waits.into_iter().flatten().min();
        let deadline = wait.and_then(|wait| Instant::now().checked_add(wait));
        let last_event_id = owned(known.last_event_id);
        let idempotency_key = owned(known.idempotency_key).as_deref().map(key_from_ascii);
        let correlation_id = correlation_id(known.correlation_id);
        let shared = Shared::new(correlation_id, trace.unwrap_or_else(TraceContext::start));
        let shared = shared.traced(traced);
        let mut context = Self::with_shared(transport, metadata, shared);
        context.own.idempotency_key = idempotency_key;
        context.own.last_event_id = last_event_id;
        context.own.deadline = deadline;
        context
    }

    /// Writes what a peer must know of this context into `headers`: its
    /// metadata, correlation id, a child span of its trace, and the keys.
    ///
    /// The deadline is left to the transport, whose notations differ; see
    /// [`Context::write_deadline`] for the absolute one.
    pub fn write_headers(&self, headers: &mut Metadata) {
        for (name, value) in self.metadata().iter() {
            headers.insert(name, &ascii(value));
        }
        headers.set(&CORRELATION_ID, self.correlation_id());
        let trace = self.trace().child();
        headers.set(&TRACEPARENT, trace.header().as_slice());
        let optional = [
            (names::TRACESTATE, trace.state().map(ascii)),
            (names::IDEMPOTENCY_KEY, self.idempotency_key().map(key_in_ascii)),
            (names::LAST_EVENT_ID, self.last_event_id().map(ascii)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                headers.insert(name, &value);
            }
        }
    }
}

impl Context {
    /// Writes the deadline, where there is one, as a point in time.
    pub fn write_deadline(&self, headers: &mut Metadata) {
        let Some(left) = self.time_left() else { return };
        // A deadline past the calendar is none.
        if let Some(deadline) = SystemTime::now().checked_add(left) {
            let text = prost_types::Timestamp::from(deadline).to_string();
            headers.insert(names::DEADLINE, &text);
        }
    }
}

/// A value as every transport carries it: percent-encoded where it is not ASCII.
fn ascii(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, CONTROLS).into()
}

/// A key as every transport carries it, so that no two of them look alike: one with a
/// percent sign that could be read as an encoding is encoded as well.
fn key_in_ascii(key: &str) -> Cow<'_, str> {
    const ENCODED: &AsciiSet = &CONTROLS.add(b'%');
    let is_plain = percent_decode_str(key).eq(key.bytes()) && ascii(key) == key;
    if is_plain { key.into() } else { utf8_percent_encode(key, ENCODED).into() }
}

/// A key as it was before [`key_in_ascii`]; one that somebody else wrote stays as it is.
fn key_from_ascii(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8();
    let own = decoded.ok().filter(|decoded| key_in_ascii(decoded) == text);
    own.map_or_else(|| text.to_owned(), Cow::into_owned)
}

/// The headers that a context reads, found in one pass: a lookup for each
/// would cost a request more than all the rest of its context.
#[derive(Default)]
struct Known<'a> {
    traceparent: Option<&'a str>,
    tracestate: Option<&'a str>,
    correlation_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    last_event_id: Option<&'a str>,
    grpc_timeout: Option<&'a str>,
    connect_timeout: Option<&'a str>,
    request_timeout: Option<&'a str>,
    deadline: Option<&'a str>,
}

impl<'a> Known<'a> {
    fn of(metadata: &'a Metadata) -> Self {
        let mut known = Self::default();
        for (name, value) in metadata.pairs() {
            let place = match name.as_str() {
                names::TRACEPARENT => &mut known.traceparent,
                names::TRACESTATE => &mut known.tracestate,
                names::CORRELATION_ID => &mut known.correlation_id,
                names::IDEMPOTENCY_KEY => {
                    // Any text: it is compared, and goes nowhere else as it is.
                    let text = std::str::from_utf8(value.as_bytes()).ok();
                    known.idempotency_key = known.idempotency_key.or(text);
                    continue;
                }
                names::LAST_EVENT_ID => &mut known.last_event_id,
                names::GRPC_TIMEOUT => &mut known.grpc_timeout,
                names::CONNECT_TIMEOUT => &mut known.connect_timeout,
                names::REQUEST_TIMEOUT => &mut known.request_timeout,
                names::DEADLINE => &mut known.deadline,
                _ => continue,
            };
            // The first value of a repeated header counts. Browsers send event
            // ids in UTF-8; all else is ASCII.
            let text = match name.as_str() {
                names::LAST_EVENT_ID => std::str::from_utf8(value.as_bytes()).ok(),
                _ => value.to_str().ok(),
            };
            *place = place.or(text);
        }
        known
    }
}

/// The headers under which a request can be found again that leads to no call: those
/// that the call's reply would have had.
#[cfg(feature = "server")]
pub(crate) fn reply_ids(headers: &http::HeaderMap) -> http::HeaderMap {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let trace = text(&TRACEPARENT).and_then(TraceContext::parse).map(|trace| trace.child());
    let (traced, trace) = (trace.is_some(), trace.unwrap_or_else(TraceContext::start));
    let shared = Shared::new(correlation_id(text(&CORRELATION_ID)), trace).traced(traced);
    ReplyHeaders(Arc::new(shared)).take()
}

fn correlation_id(given: Option<&str>) -> CorrelationId {
    let given = owned(given.filter(|id| id.len() <= LONGEST_ID));
    given.map_or_else(CorrelationId::fresh, CorrelationId::Given)
}

fn owned(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// How far off an absolute deadline is; zero once it has passed.
fn time_to_deadline(text: &str) -> Option<Duration> {
    let deadline: prost_types::Timestamp = text.trim().parse().ok()?;
    let deadline = SystemTime::try_from(deadline).ok()?;
    Some(deadline.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Parses `request-timeout`: seconds, with an optional fraction.
fn parse_seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}

/// Parses `connect-timeout-ms`: at most ten digits.
///
/// Source: the Connect protocol, `Timeout-Milliseconds`.
fn parse_connect_timeout(text: &str) -> Option<Duration> {
    let valid = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| valid).map(Duration::from_millis)
}

/// Checks the timeout of a request of gRPC, which is no timeout where a context reads it.
///
/// # Errors
/// It is malformed: who sent it waits for a time that nobody knows.
#[cfg(feature = "grpc")]
pub(crate) fn check_grpc_timeout(headers: &http::HeaderMap) -> Result<(), Status> {
    let Some(value) = headers.get(&GRPC_TIMEOUT) else { return Ok(()) };
    match value.to_str().ok().and_then(parse_grpc_timeout) {
        Some(_) => Ok(()),
        None => Err(Reason::MalformedRequest.status(
            "the header grpc-timeout must be a number of at most 8 digits \
             and a unit, one of H, M, S, m, u and n",
        )),
    }
}

/// Parses `grpc-timeout`: at most eight digits and a unit.
///
/// Source: the gRPC over HTTP/2 protocol, `TimeoutValue TimeoutUnit`.
fn parse_grpc_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let valid = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let value: u64 = digits.parse().ok().filter(|_| valid)?;
    match unit {
        "H" => Some(Duration::from_secs(value * 3600)),
        "M" => Some(Duration::from_secs(value * 60)),
        "S" => Some(Duration::from_secs(value)),
        "m" => Some(Duration::from_millis(value)),
        "u" => Some(Duration::from_micros(value)),
        "n" => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grpc_timeouts_follow_the_protocol() {
        assert_eq!(parse_grpc_timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(parse_grpc_timeout("2H"), Some(Duration::from_secs(7200)));
        for bad in ["", "m", "123456789S", "1.5S", "10", "5x", "é"] {
            assert_eq!(parse_grpc_timeout(bad), None, "{bad}");
        }
    }

    #[test]
    fn connect_timeouts_follow_the_protocol() {
        assert_eq!(parse_connect_timeout("250"), Some(Duration::from_millis(250)));
        for bad in ["", "12345678901", "1.5", "-1", "+1", "5m"] {
            assert_eq!(parse_connect_timeout(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_shorter_of_two_timeouts_wins() {
        let mut metadata = Metadata::new();
        metadata.insert("grpc-timeout", "30S");
        metadata.insert("request-timeout", "1.5");
        let left = Context::from_headers(Transport::Grpc, metadata).time_left().unwrap();
        assert!(left > Duration::ZERO && left <= Duration::from_millis(1500), "{left:?}");
    }

    #[test]
    fn a_context_survives_its_headers() {
        let context = Context::new().with_idempotency_key("order-1");
        let mut headers = Metadata::new();
        context.write_headers(&mut headers);
        let read = Context::from_headers(Transport::Rest, headers);
        assert_eq!(read.correlation_id(), context.correlation_id());
        assert_eq!(read.trace().trace_id(), context.trace().trace_id());
        assert_ne!(read.trace().span_id(), context.trace().span_id());
        assert_eq!(read.idempotency_key(), Some("order-1"));
    }

    #[test]
    fn any_idempotency_key_arrives_as_it_was_set() {
        for key in ["Zürich ☃", "a\nb", "50%", "%41", "100 %C3", "ü", "%C3%BC", "ü%41", "%25"]
        {
            let context = Context::new().with_idempotency_key(key);
            let mut headers = Metadata::new();
            context.write_headers(&mut headers);
            let read = Context::from_headers(Transport::Queue, headers);
            assert_eq!(read.idempotency_key(), Some(key));
        }
    }

    #[test]
    fn any_text_is_read_and_ascii_is_written() {
        let mut read = Metadata::new();
        assert!(read.insert("x-note", "größe 50%") && read.insert("idempotency-key", "ü-1"));
        assert!(!read.insert("x-note", "a\nb"));
        let context = Context::from_headers(Transport::Queue, read);
        assert_eq!(context.metadata().get("x-note"), Some("größe 50%"));
        assert_eq!(context.idempotency_key(), Some("ü-1"));
        let mut written = Metadata::new();
        context.write_headers(&mut written);
        assert_eq!(written.get("x-note"), Some("gr%C3%B6%C3%9Fe 50%"));
    }

    #[test]
    fn an_absolute_deadline_survives_its_header_even_when_it_has_passed() {
        let mut headers = Metadata::new();
        Context::new().with_timeout(Duration::from_secs(60)).write_deadline(&mut headers);
        let left = Context::from_headers(Transport::Queue, headers.clone()).time_left().unwrap();
        assert!(left > Duration::from_secs(50) && left <= Duration::from_secs(60), "{left:?}");
        headers.insert(names::DEADLINE, "2001-01-01T00:00:00Z");
        let read = Context::from_headers(Transport::Queue, headers);
        assert_eq!(read.time_left(), Some(Duration::ZERO));
    }

    #[test]
    fn a_correlation_id_without_end_is_replaced() {
        let read = |id: &str| {
            let mut metadata = Metadata::new();
            metadata.insert("x-correlation-id", id);
            Context::from_headers(Transport::Rest, metadata).correlation_id().to_owned()
        };
        assert_eq!(read(&"x".repeat(128)).len(), 128);
        assert_eq!(read(&"x".repeat(129)).len(), 36, "a fresh one");
    }

    #[test]
    fn event_ids_are_utf_8() {
        let mut headers = http::HeaderMap::new();
        let id = http::HeaderValue::from_bytes("Zürich".as_bytes()).unwrap();
        headers.insert(names::LAST_EVENT_ID, id);
        let context = Context::from_headers(Transport::Rest, headers.into());
        assert_eq!(context.last_event_id(), Some("Zürich"));
    }

    #[test]
    fn a_malformed_trace_is_replaced() {
        let mut metadata = Metadata::new();
        metadata.insert("traceparent", "nonsense");
        let context = Context::from_headers(Transport::Grpc, metadata);
        assert!(TraceContext::parse(&context.trace().to_string()).is_some());
    }
}
