//! The correlation id: given by the caller, or made here.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::fmt::Hyphenated;

/// The id that all calls of one piece of work share.
#[derive(Clone, Debug)]
pub(super) enum CorrelationId {
    Given(String),
    /// The text of a UUID, in place: most calls make one.
    Fresh([u8; Hyphenated::LENGTH]),
}

impl CorrelationId {
    /// A `UUIDv7`. It identifies and keeps no secret: a fast generator will do.
    pub(super) fn fresh() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let mut random = [0; 10];
        fastrand::fill(&mut random);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = [0; Hyphenated::LENGTH];
        id.as_hyphenated().encode_lower(&mut text);
        Self::Fresh(text)
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Given(text) => text,
            // A UUID's text is ASCII.
            Self::Fresh(text) => std::str::from_utf8(text).unwrap_or_default(),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Given(text) => text.as_bytes(),
            Self::Fresh(text) => text,
        }
    }
}
