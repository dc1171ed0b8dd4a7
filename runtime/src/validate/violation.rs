//! What does not hold, and how a caller is told.

use std::borrow::Cow;
use std::fmt;

use super::reason::reason;
use crate::Status;
use crate::status::{FieldViolation, Reason};

/// The most violations that one check collects: a status must fit into the
/// trailers of gRPC.
pub const MAX_VIOLATIONS: usize = 20;

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The JSON path of the field, such as `pages[2].title` or `labels["k"]`;
    /// empty for the message as a whole.
    pub field: String,
    /// The rule's id, such as `string.min_len`.
    pub rule: &'static str,
    /// What is wrong, and what would be right.
    pub message: Cow<'static, str>,
}

/// Everything that does not hold, at least one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    pub(super) found: Vec<Violation>,
    pub(super) more: bool,
    pub(super) failure: Option<String>,
}

impl Violations {
    /// The violations, in the order of the fields.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.found.iter()
    }

    /// Why the check could not be made, where it could not: an expression of a
    /// rule cannot be evaluated for the message.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Whether the check was given up at [`MAX_VIOLATIONS`].
    pub fn has_more(&self) -> bool {
        self.more
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.field, self.message)
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(failure) = &self.failure {
            return f.write_str(failure);
        }
        for (index, violation) in self.found.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        if self.more { f.write_str("; and more") } else { Ok(()) }
    }
}

impl std::error::Error for Violations {}

impl From<Violations> for Status {
    /// `INVALID_ARGUMENT` with a `google.rpc.BadRequest`; its text names the
    /// first violation and counts the others. The id of each rule is its reason, in
    /// the form of one: `STRING_MIN_LEN`. `INTERNAL` where the check could not be made.
    fn from(violations: Violations) -> Self {
        if let Some(failure) = violations.failure {
            return Reason::RuleFailed.status(failure);
        }
        let others = violations.found.len().saturating_sub(1);
        let text = match (violations.found.first(), others, violations.more) {
            (Some(first), 0, _) => first.to_string(),
            (Some(first), others, false) => format!("{first} (and {others} more)"),
            (Some(first), others, true) => format!("{first} (and at least {others} more)"),
            (None, ..) => String::new(),
        };
        let mut status = Reason::FieldViolations.status(text);
        let fields = violations.found.into_iter().map(|violation| FieldViolation {
            field: violation.field,
            description: violation.message.into_owned(),
            reason: reason(violation.rule),
            ..FieldViolation::default()
        });
        status.details_mut().violations.extend(fields);
        status
    }
}
