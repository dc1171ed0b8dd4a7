//! Answers of the server, which is not waited for without end.

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt as _;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};

use crate::broker::{Error, ErrorKind};

/// How long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(5);

/// Why there is no answer that helps.
#[derive(Debug)]
pub(super) enum Failed {
    Lapin(lapin::Error),
    Late,
}

impl Failed {
    fn as_lapin(&self) -> Option<&lapin::Error> {
        match self {
            Self::Lapin(error) => Some(error),
            Self::Late => None,
        }
    }

    /// Whether it is the credentials or the virtual host.
    pub(super) fn is_of_access(&self) -> bool {
        match self.as_lapin().map(lapin::Error::kind) {
            Some(lapin::ErrorKind::ProtocolError(error)) => matches!(
                error.kind(),
                AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
                    | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED)
            ),
            _ => false,
        }
    }

    /// What the server objects to, where it does.
    pub(super) fn refusal(&self) -> Option<AMQPSoftError> {
        match self.as_lapin()?.kind() {
            lapin::ErrorKind::ProtocolError(error) => match error.kind() {
                AMQPErrorKind::Soft(refusal) => Some(refusal.clone()),
                AMQPErrorKind::Hard(_) => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lapin(error) => error.fmt(f),
            Self::Late => write!(f, "no answer within {ANSWER:?}"),
        }
    }
}

impl std::error::Error for Failed {}

/// Waits for an answer. An `async fn` would keep `answer`, which is large, twice.
pub(super) fn answered<T>(
    answer: impl Future<Output = lapin::Result<T>>,
) -> impl Future<Output = Result<T, Failed>> {
    tokio::time::timeout(ANSWER, answer).map(|answer| match answer {
        Ok(answer) => answer.map_err(Failed::Lapin),
        Err(_) => Err(Failed::Late),
    })
}

/// An error of the server or of the way to it.
pub(super) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Unavailable, "RabbitMQ cannot do it now").with_source(error)
}
