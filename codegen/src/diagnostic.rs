//! What is wrong with a contract: a message, a place and a hint, rendered by
//! the caller's choice. Nothing here prints.

use std::fmt;

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

impl fmt::Display for Diagnostic {
    /// Writes `file:line:column: message`, then the hint, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.location {
            write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}
