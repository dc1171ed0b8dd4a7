//! Why a side cannot be compared: one message, what to do, and for texts the
//! compiler's findings.

use std::fmt;

use crate::source::SourceError;

/// Why a side cannot be compared. `Display` names the file, says what is wrong
/// and, in brackets, what to do.
#[derive(Debug)]
pub struct InputError(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Plain { message: String, hint: Option<String> },
    Source(SourceError),
}

impl InputError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Kind::Plain { message: message.into(), hint: None }))
    }

    pub(super) fn unreadable(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::new(format!("cannot read `{what}`: {why}"))
    }

    pub(super) fn hint(mut self, advice: impl Into<String>) -> Self {
        if let Kind::Plain { hint, .. } = &mut *self.0 {
            *hint = Some(advice.into());
        }
        self
    }

    /// What the compiler says of a text, with the texts to show it in; `None`
    /// where the side is no text.
    pub fn source_error(&self) -> Option<&SourceError> {
        match &*self.0 {
            Kind::Source(error) => Some(error),
            Kind::Plain { .. } => None,
        }
    }
}

impl From<SourceError> for InputError {
    fn from(error: SourceError) -> Self {
        Self(Box::new(Kind::Source(error)))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Plain { message, hint: None } => f.write_str(message),
            Kind::Plain { message, hint: Some(hint) } => write!(f, "{message} (hint: {hint})"),
            Kind::Source(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for InputError {}
