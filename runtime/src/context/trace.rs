//! W3C Trace Context: the `traceparent` header, read and continued.
//!
//! Source: <https://www.w3.org/TR/trace-context/>, version 00. A later
//! version is read as 00, as the specification asks.

use std::fmt::{self, Write as _};

/// The position of a call in a distributed trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
    state: Option<String>,
}

impl TraceContext {
    /// Starts a trace, sampled.
    pub fn start() -> Self {
        Self {
            trace_id: fastrand::u128(1..).to_be_bytes(),
            span_id: fresh_span_id(),
            flags: 1,
            state: None,
        }
    }

    /// Reads a `traceparent` header; `None` where it is malformed, in which
    /// case the specification asks for a new trace.
    pub fn parse(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let version = hex::<1>(parts.next()?)?[0];
        let trace_id = hex::<16>(parts.next()?)?;
        let span_id = hex::<8>(parts.next()?)?;
        let flags = hex::<1>(parts.next()?)?[0];
        let trailing = parts.next().is_some();
        let valid = version != 0xff
            && !(version == 0 && trailing)
            && trace_id != [0; 16]
            && span_id != [0; 8];
        valid.then_some(Self { trace_id, span_id, flags, state: None })
    }

    /// Attaches the vendor part, the `tracestate` header.
    #[must_use]
    pub fn with_state(mut self, state: Option<&str>) -> Self {
        self.state = state.map(str::to_owned);
        self
    }

    /// The vendor part, the `tracestate` header.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The same trace with a new span, for a call made by this one.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: fresh_span_id(), ..self.clone() }
    }

    /// The `traceparent` or `traceresponse` header.
    pub(super) fn header(&self) -> [u8; 55] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        let (ids, flags) = text.split_at_mut(53);
        let (trace, span) = ids.split_at_mut(36);
        write_hex(&self.trace_id, &mut trace[3..]);
        write_hex(&self.span_id, span);
        write_hex(&[self.flags], flags);
        text
    }

    /// The trace id, 32 lowercase hex digits.
    pub fn trace_id(&self) -> String {
        to_hex(&self.trace_id)
    }

    /// The span id, 16 lowercase hex digits.
    pub fn span_id(&self) -> String {
        to_hex(&self.span_id)
    }
}

impl fmt::Display for TraceContext {
    /// Writes the `traceparent` header.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header().iter().try_for_each(|byte| f.write_char(char::from(*byte)))
    }
}

fn fresh_span_id() -> [u8; 8] {
    fastrand::u64(1..).to_be_bytes()
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    write_hex(bytes, &mut text);
    text.into_iter().map(char::from).collect()
}

/// Writes two digits a byte, as many as there is room for.
fn write_hex(bytes: &[u8], out: &mut [u8]) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
    for (byte, pair) in bytes.iter().zip(out.chunks_exact_mut(2)) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let lowercase = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != N * 2 || !text.bytes().all(lowercase) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_is_written_as_it_was_read() {
        assert_eq!(TraceContext::parse(HEADER).unwrap().to_string(), HEADER);
    }

    #[test]
    fn a_child_keeps_the_trace_and_takes_a_new_span() {
        let parent = TraceContext::parse(HEADER).unwrap();
        let child = parent.child();
        assert_eq!(child.trace_id(), parent.trace_id());
        assert_ne!(child.span_id(), parent.span_id());
    }

    #[test]
    fn malformed_headers_are_refused() {
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ] {
            assert_eq!(TraceContext::parse(bad), None, "{bad}");
        }
    }
}
