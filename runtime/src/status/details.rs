//! The standard details of `google/rpc/error_details.proto` that agentgen
//! gives a meaning on every transport; any other detail travels untouched.

use std::collections::BTreeMap;
use std::time::Duration;

/// Machine-readable facts about a failure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    /// Why it failed (`google.rpc.ErrorInfo`).
    pub info: Option<ErrorInfo>,
    /// When to try again (`google.rpc.RetryInfo`, HTTP `Retry-After`).
    pub retry_after: Option<Duration>,
    /// The faulty request fields (`google.rpc.BadRequest`).
    pub violations: Vec<FieldViolation>,
    /// Details of any other type, as they came.
    pub other: Vec<prost_types::Any>,
}

impl Details {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.info.is_none()
            && self.retry_after.is_none()
            && self.violations.is_empty()
            && self.other.is_empty()
    }
}

/// The cause of a failure, stable enough to branch on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorInfo {
    /// `UPPER_SNAKE_CASE`, unique within the domain.
    pub reason: String,
    /// Who defines the reason, such as `summarizer.v1.SummarizerAgent`.
    pub domain: String,
    /// Further facts, by key.
    pub metadata: BTreeMap<String, String>,
}

/// One faulty field of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path of the field in the request, such as `document.pages[2]`.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub description: String,
    /// The cause in `UPPER_SNAKE_CASE`, or so the id of the rule that does not hold:
    /// `STRING_MIN_LEN`. Stable enough to branch on, may be empty.
    pub reason: String,
    /// What is wrong, for users to read.
    pub localized_message: Option<LocalizedMessage>,
}

/// A path, and what is wrong there.
impl<P: Into<String>, D: Into<String>> From<(P, D)> for FieldViolation {
    fn from((field, description): (P, D)) -> Self {
        Self { field: field.into(), description: description.into(), ..Self::default() }
    }
}

/// A text in the language of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalizedMessage {
    /// The language, as a BCP 47 tag such as `fr-CH`.
    pub locale: String,
    /// The text.
    pub message: String,
}
