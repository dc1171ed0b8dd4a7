//! The error of every broker operation: opaque, with its questions as methods.

use std::fmt;

use crate::{Code, Status};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URL or an option is wrong; the same call fails again.
    Config,
    /// The broker never takes this message: it is too large, or its names are; others
    /// are not concerned.
    Refused,
    /// The lease of the delivery is lost: somebody else may hold it by now.
    Stale,
    /// The broker is closed.
    Closed,
    /// What is stored was written by a newer version, or is damaged.
    Incompatible,
    /// The broker cannot be reached or cannot write; the call may succeed later.
    Unavailable,
}

/// Why a broker did not do what it was asked.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Source>,
}

impl Error {
    /// An error of a backend.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Keeps the error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    #[cfg(any(feature = "nats", feature = "sqlite"))]
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }

    pub(crate) fn stale() -> Self {
        Self::new(ErrorKind::Stale, "the lease of the delivery was lost")
    }

    pub(crate) fn closed() -> Self {
        Self::new(ErrorKind::Closed, "the broker is closed")
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the lease of the delivery is lost.
    pub fn is_stale(&self) -> bool {
        self.kind == ErrorKind::Stale
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.kind == ErrorKind::Unavailable
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = match error.kind {
            ErrorKind::Config | ErrorKind::Incompatible => Code::FailedPrecondition,
            ErrorKind::Refused => Code::InvalidArgument,
            ErrorKind::Stale => Code::Aborted,
            ErrorKind::Closed | ErrorKind::Unavailable => Code::Unavailable,
        };
        Self::new(code, format!("broker: {error}")).with_source(error)
    }
}
