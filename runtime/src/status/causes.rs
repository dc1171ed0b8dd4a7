//! The errors behind a status, in one line for traces. They never reach a caller.

use std::error::Error;
use std::fmt;

use super::Status;

/// The chain of errors behind a status; shows nothing where there is none.
pub(crate) struct Causes<'a>(&'a Status);

impl Status {
    /// The errors behind this status.
    pub(crate) fn causes(&self) -> Causes<'_> {
        Causes(self)
    }
}

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause = self.0.source();
        let mut before = "";
        while let Some(error) = cause {
            write!(f, "{before}{error}")?;
            before = ": ";
            cause = error.source();
        }
        Ok(())
    }
}
