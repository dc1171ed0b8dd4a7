//! What the code of `#[derive(AgentError)]` asks of an error and of its fields, in words
//! that say what to do where they are something else.

use std::error::Error;
use std::time::Duration;

use super::{FieldViolation, Status};

/// An error that may be behind a status.
#[diagnostic::on_unimplemented(
    message = "`{Self}` derives `AgentError`, and is no error that a status can keep",
    label = "has to be `std::error::Error + Send + Sync + 'static`",
    note = "derive `thiserror::Error` for `{Self}` too, or implement `Display` and \
            `std::error::Error`; its fields have to be `Send`, `Sync` and `'static`"
)]
pub trait AnError: Error + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Error + Send + Sync + 'static> AnError for E {}

/// What is done with an error.
pub struct Uses<E> {
    /// Its `Display`.
    pub text: fn(&E) -> String,
    /// [`Status::with_source`]
    pub source_of: fn(E, Status) -> Status,
}

/// What is done with an error of this type. Both uses ask for the same in the same words,
/// which the compiler says once.
pub fn error<E: AnError>() -> Uses<E> {
    Uses { text: E::to_string, source_of: |error, status| status.with_source(error) }
}

/// How long to wait, where it is known.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how long to wait",
    label = "hold a `Duration`, or an `Option<Duration>`",
    note = "`retry_after` names a field that is a `std::time::Duration`, or an `Option` of one"
)]
pub trait RetryAfter {
    /// The time to wait.
    fn retry_after(self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Option<Duration>>> RetryAfter for T {
    fn retry_after(self) -> Option<Duration> {
        self.into()
    }
}

/// [`RetryAfter::retry_after`]
pub fn retry_after<T: RetryAfter>(after: T) -> Option<Duration> {
    after.retry_after()
}

/// All that is wrong with a request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no violations",
    label = "hold a `Vec<FieldViolation>`, or a `Vec` of pairs of a path and a description",
    note = "`violations` names a field whose elements convert into \
            `agentgen::status::FieldViolation`"
)]
pub trait Violations {
    /// One for each field.
    fn violations(self) -> Vec<FieldViolation>;
}

#[diagnostic::do_not_recommend]
impl<I> Violations for I
where
    I: IntoIterator,
    I::Item: Into<FieldViolation>,
{
    fn violations(self) -> Vec<FieldViolation> {
        self.into_iter().map(Into::into).collect()
    }
}

/// [`Violations::violations`]
pub fn violations<V: Violations>(all: V) -> Vec<FieldViolation> {
    all.violations()
}

/// An error that a status converts into.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no status, which rpcs that are left out answer with",
    label = "does not convert from `agentgen::Status`",
    note = "add a variant to it, `#[agent(transparent)] Other(#[from] agentgen::Status)`, or \
            implement `From<agentgen::Status>`"
)]
pub trait FromStatus {
    /// The error of a status.
    fn from_status(status: Status) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Status>> FromStatus for E {
    fn from_status(status: Status) -> Self {
        status.into()
    }
}

/// [`FromStatus::from_status`]
pub fn from_status<E: FromStatus>(status: Status) -> E {
    E::from_status(status)
}
