//! What is wrong with a contract: a message, a place and a hint, rendered by
//! the caller's choice. Nothing here prints.

pub mod codes;
mod render;

use std::fmt;

pub use codes::Code;
pub use render::render;

use crate::contract::Location;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong; something may be better.
    Note,
    /// Output is made, and may not be what was meant.
    Warning,
    /// No output is made.
    Error,
}

/// One finding about a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `route-duplicate`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where; `None` where it concerns no place in a file.
    pub location: Option<Location>,
    /// Other places that take part, each with what it is.
    pub related: Vec<(Location, String)>,
    /// What to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A finding of this kind, with the kind's severity and no place yet.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity,
            code: code.name,
            message: message.into(),
            location: None,
            related: Vec::new(),
            hint: None,
        }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds another place that takes part.
    #[must_use]
    pub fn related(mut self, location: Location, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether it keeps output from being made.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    /// Writes `file:line:column: message`, then the hint, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(place) if place.line > 0 => {
                write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
            }
            Some(place) => write!(f, "{}: ", place.file)?,
            None => {}
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}
