//! Headers to context and back: the one place that knows header names, shared
//! by HTTP, gRPC and queue messages.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Context, Metadata, TraceContext, Transport};

/// Header names that carry a [`Context`].
pub mod names {
    /// The id that all calls of one piece of work share.
    pub const CORRELATION_ID: &str = "x-correlation-id";
    /// W3C Trace Context.
    pub const TRACEPARENT: &str = "traceparent";
    /// W3C Trace Context, vendor part.
    pub const TRACESTATE: &str = "tracestate";
    /// The key under which a repeated request has its effect only once.
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    /// The last event that a resuming client has seen.
    pub const LAST_EVENT_ID: &str = "last-event-id";
    /// How long the caller waits, in seconds with an optional fraction.
    pub const REQUEST_TIMEOUT: &str = "request-timeout";
    /// How long the caller waits, in the notation of gRPC (`250m`).
    pub const GRPC_TIMEOUT: &str = "grpc-timeout";
    /// When the caller stops waiting, in the notation of RFC 3339: for
    /// messages that lie in a queue, where a span of time would mean nothing.
    pub const DEADLINE: &str = "ce-deadline";
}

impl Context {
    /// Reads a context from the headers of a request.
    ///
    /// A missing correlation id or trace is started here; a malformed header
    /// counts as missing.
    pub fn from_headers(transport: Transport, metadata: Metadata) -> Self {
        let trace = metadata
            .get(names::TRACEPARENT)
            .and_then(TraceContext::parse)
            .map(|trace| trace.with_state(metadata.get(names::TRACESTATE)));
        let correlation_id = owned(&metadata, names::CORRELATION_ID);
        let idempotency_key = owned(&metadata, names::IDEMPOTENCY_KEY);
        let last_event_id = owned(&metadata, names::LAST_EVENT_ID);
        let timeout = timeout(&metadata);
        let absolute_deadline = time_to_deadline(&metadata, SystemTime::now());
        let mut context = Self::with_trace(
            transport,
            metadata,
            correlation_id,
            trace.unwrap_or_else(TraceContext::start),
        );
        context.idempotency_key = idempotency_key;
        context.last_event_id = last_event_id;
        let now = Instant::now();
        let relative = timeout.and_then(|timeout| now.checked_add(timeout));
        let absolute = absolute_deadline.and_then(|time| now.checked_add(time));
        context.deadline = relative.into_iter().chain(absolute).min();
        context
    }

    /// Writes what a peer must know of this context into `headers`: its
    /// metadata, correlation id, a child span of its trace, and the keys.
    ///
    /// The deadline is left to the transport, whose notations differ; see
    /// [`Context::write_deadline`] for the absolute one.
    pub fn write_headers(&self, headers: &mut Metadata) {
        for (name, value) in self.metadata.iter() {
            headers.insert(name, value);
        }
        headers.insert(names::CORRELATION_ID, &self.correlation_id);
        let trace = self.trace.child();
        headers.insert(names::TRACEPARENT, &trace.to_string());
        let optional = [
            (names::TRACESTATE, trace.state()),
            (names::IDEMPOTENCY_KEY, self.idempotency_key()),
            (names::LAST_EVENT_ID, self.last_event_id()),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                headers.insert(name, value);
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

/// How far off an absolute deadline is; zero once it has passed.
fn time_to_deadline(metadata: &Metadata, now: SystemTime) -> Option<Duration> {
    let deadline: prost_types::Timestamp = metadata.get(names::DEADLINE)?.trim().parse().ok()?;
    let deadline = SystemTime::try_from(deadline).ok()?;
    Some(deadline.duration_since(now).unwrap_or_default())
}

fn owned(metadata: &Metadata, name: &str) -> Option<String> {
    metadata.get(name).filter(|value| !value.is_empty()).map(str::to_owned)
}

fn timeout(metadata: &Metadata) -> Option<Duration> {
    let grpc = metadata.get(names::GRPC_TIMEOUT).and_then(parse_grpc_timeout);
    let http = metadata.get(names::REQUEST_TIMEOUT).and_then(parse_seconds);
    grpc.into_iter().chain(http).min()
}

/// Parses `request-timeout`: seconds, with an optional fraction.
fn parse_seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
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
    fn the_shorter_of_two_timeouts_wins() {
        let mut metadata = Metadata::new();
        metadata.insert("grpc-timeout", "30S");
        metadata.insert("request-timeout", "1.5");
        assert_eq!(timeout(&metadata), Some(Duration::from_millis(1500)));
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
    fn a_malformed_trace_is_replaced() {
        let mut metadata = Metadata::new();
        metadata.insert("traceparent", "nonsense");
        let context = Context::from_headers(Transport::Grpc, metadata);
        assert!(TraceContext::parse(&context.trace().to_string()).is_some());
    }
}
