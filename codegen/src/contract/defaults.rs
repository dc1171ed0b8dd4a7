//! What holds where a contract says nothing, and how settings that are
//! there combine. The one home of these facts: lowering, which reads a pool,
//! and comparison, which reads encoded descriptors, both ask here.

use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::http::{Segment, Template};
use super::model::{ErrorShape, StreamForm};

/// How many attempts may fail before a request is dead-lettered.
pub(crate) const MAX_DELIVERIES: u32 = 5;
/// How long a delivery is leased.
pub(crate) const ACK_WAIT: Duration = Duration::from_secs(30);
/// How many deliveries one consumer works on at once.
pub(crate) const CONCURRENCY: u32 = 16;
/// The time between comments on a silent stream.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
const MULTIPLIER: f64 = 2.0;
/// The longest duration that protobuf knows, about 10,000 years.
const MAX_SECONDS: u64 = 315_576_000_000;

/// The verb of the default route.
pub(crate) const VERB: &str = "POST";

/// The default route's path: `/{package}.{Service}/{Method}`.
pub(crate) fn route(service: &str, method: &str) -> Template {
    Template {
        text: format!("/{service}/{method}"),
        segments: vec![Segment::Literal(service.to_owned()), Segment::Literal(method.to_owned())],
        verb: None,
        variables: Vec::new(),
    }
}

/// The OpenAPI operation of a binding, before ids of several packages are told
/// apart.
pub(crate) fn operation_id(service: &str, method: &str, binding: usize) -> String {
    match binding {
        0 => format!("{service}_{method}"),
        _ => format!("{service}_{method}_{}", binding + 1),
    }
}

/// Whether a text can be an HTTP method: a token of RFC 9110.
pub(crate) fn is_verb(text: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(token)
}

/// Whether a text can be a subject, a group or a dead letter.
pub(crate) fn is_subject(text: &str) -> bool {
    let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    text.split('.').all(|segment| !segment.is_empty() && segment.bytes().all(valid))
}

/// A subject or dead letter under a service's prefix.
pub(crate) fn prefixed(prefix: &str, method: &str) -> String {
    format!("{prefix}.{method}")
}

/// The default subject of an rpc, which is its full name.
pub(crate) fn subject(service: &str, method: &str) -> String {
    format!("{service}.{method}")
}

/// The default dead letter of a subject.
pub(crate) fn dead_letter(subject: &str) -> String {
    format!("{subject}.dead")
}

/// The most characters of a tool's name, for every provider.
const TOOL_NAME: usize = 64;

/// Whether every provider takes a text as the name of a tool. `OpenAI` and
/// Anthropic take letters, digits, `_` and `-`, at most 64; Gemini wants a
/// letter or an underscore at the start as well.
pub(crate) fn is_tool_name(text: &str) -> bool {
    let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let first = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    text.len() <= TOOL_NAME && text.as_bytes().first().is_some_and(first) && text.bytes().all(valid)
}

/// The default name of an rpc's tool; the package is empty where the service's
/// name tells enough. What is too long is cut and ends in a digest of the whole.
pub(crate) fn tool_name(package: &str, service: &str, method: &str) -> String {
    let prefix = if package.is_empty() { String::new() } else { package.replace('.', "_") + "_" };
    let mut name = format!("{prefix}{service}_{method}");
    if name.len() > TOOL_NAME {
        let digest = Sha256::digest(name.as_bytes());
        let digest = digest.iter().take(4).fold(String::from("_"), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        name.truncate(TOOL_NAME - digest.len());
        name += &digest;
    }
    name
}

/// The form of streams that a service's `default_stream` states, by number.
pub(crate) fn stream_form(number: Option<i32>) -> StreamForm {
    match number {
        Some(2) => StreamForm::Ndjson,
        Some(3) => StreamForm::JsonArray,
        _ => StreamForm::Sse,
    }
}

/// The form of error bodies that a service's `error_shape` states, by number.
pub(crate) fn error_shape(number: Option<i32>) -> ErrorShape {
    match number {
        Some(2) => ErrorShape::RpcStatus,
        Some(3) => ErrorShape::ProblemDetails,
        _ => ErrorShape::Aip193,
    }
}

/// What becomes of a route that matches the same requests as another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// It gives way to one that is declared before it.
    FirstWins,
    /// It gives way to any.
    Drop,
}

/// What a setting says of conflicts, by number; `None` where they are errors.
pub(crate) fn conflict(number: Option<i32>) -> Option<Conflict> {
    match number {
        Some(1) => Some(Conflict::FirstWins),
        Some(2) => Some(Conflict::Drop),
        _ => None,
    }
}

/// Which of several bindings that match the same requests is served: the first
/// that does not give way to any, else the first.
pub(crate) fn served(policies: &[Option<Conflict>]) -> usize {
    policies.iter().position(|policy| *policy != Some(Conflict::Drop)).unwrap_or(0)
}

/// A `google.protobuf.Duration`, if it is positive and valid.
pub(crate) fn positive_duration(seconds: i64, nanos: i64) -> Option<Duration> {
    let seconds = u64::try_from(seconds).ok()?;
    let nanos = u32::try_from(nanos).ok()?;
    let valid = seconds <= MAX_SECONDS && nanos < 1_000_000_000 && (seconds, nanos) != (0, 0);
    valid.then(|| Duration::new(seconds, nanos))
}

/// The pauses between attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(feature = "compat"),
    expect(unreachable_pub, reason = "only comparisons show it to other crates")
)]
pub struct Backoff {
    /// The upper bound of the first pause.
    pub initial: Duration,
    /// The upper bound of every pause.
    pub max: Duration,
    /// The factor from one upper bound to the next.
    pub multiplier: f64,
}

impl Backoff {
    /// What is stated, completed. One bound that is stated pulls the other
    /// one's default along, so that the first never exceeds the last; where
    /// both are stated and it does, the first one counts for both.
    pub(crate) fn new(
        initial: Option<Duration>,
        max: Option<Duration>,
        multiplier: Option<f64>,
    ) -> Self {
        let first =
            initial.unwrap_or_else(|| max.map_or(INITIAL_BACKOFF, |max| max.min(INITIAL_BACKOFF)));
        Self {
            initial: first,
            max: max.unwrap_or(MAX_BACKOFF).max(first),
            multiplier: multiplier.filter(|factor| is_multiplier(*factor)).unwrap_or(MULTIPLIER),
        }
    }
}

/// Whether a backoff can grow by this factor.
pub(crate) fn is_multiplier(factor: f64) -> bool {
    factor.is_finite() && factor >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pause_never_exceeds_the_last() {
        let seconds = |n| Some(Duration::from_secs(n));
        let bounds = |initial, max| {
            let backoff = Backoff::new(initial, max, None);
            (backoff.initial.as_secs_f64(), backoff.max.as_secs_f64())
        };
        assert_eq!(bounds(None, None), (1.0, 60.0));
        assert_eq!(bounds(seconds(90), None), (90.0, 90.0));
        assert_eq!(bounds(None, Some(Duration::from_millis(500))), (0.5, 0.5));
        assert_eq!(bounds(seconds(9), seconds(3)), (9.0, 9.0));
    }

    #[test]
    fn a_long_tool_name_is_cut_and_stays_a_name_of_its_own() {
        let [one, two] =
            ["A", "B"].map(|end| tool_name("acme.v1", "Agent", &("x".repeat(80) + end)));
        assert_ne!(one, two);
        assert!(one.starts_with("acme_v1_Agent_xxx"), "{one}");
        assert!(is_tool_name(&one) && one.len() == TOOL_NAME, "{one}");
    }

    #[test]
    fn names_that_some_provider_refuses_are_none() {
        for wrong in ["", "9lives", "-x", "a.b", "a b", "é", &"x".repeat(65)] {
            assert!(!is_tool_name(wrong), "{wrong}");
        }
        assert!(is_tool_name("_find-all_2"));
    }

    #[test]
    fn factors_that_would_shrink_pauses_count_as_not_stated() {
        for factor in [0.5, f64::NAN, f64::INFINITY] {
            let backoff = Backoff::new(None, None, Some(factor));
            assert!((backoff.multiplier - 2.0).abs() < f64::EPSILON, "{factor}");
        }
    }
}
