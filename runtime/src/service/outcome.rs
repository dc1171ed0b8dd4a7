//! What rpcs return: a `Result` whose error has a status.

use crate::Status;

/// What an rpc may fail with: every type that converts into a [`Status`] and is
/// `Send`. `#[derive(AgentError)]` makes one of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error of an rpc: it does not convert into `agentgen::Status`",
    label = "has no status",
    note = "derive `AgentError` for an error of your own, which says the code of each way to fail",
    note = "or implement `From<{Self}>` for `agentgen::Status`; the error has to be `Send` as well"
)]
pub trait Failure {
    /// The status that callers see.
    fn into_status(self) -> Status;
}

// Else the compiler would name the conversion that is missing, and not what to do.
#[diagnostic::do_not_recommend]
impl<E: Into<Status> + Send> Failure for E {
    fn into_status(self) -> Status {
        self.into()
    }
}

/// A `Result` under whatever alias: how `#[agent_service]` finds the error where
/// a method names none.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Result`",
    label = "an rpc can fail: return a `Result`"
)]
pub trait Outcome {
    /// What it fails with.
    type Error;
}

impl<T, E> Outcome for Result<T, E> {
    type Error = E;
}
