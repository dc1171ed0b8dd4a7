//! The macros of agentgen, re-exported by the runtime. Each entry point is a
//! shell: it parses, calls, and prints tokens with every mistake found.

mod agent_error;
mod report;

use proc_macro::TokenStream;

/// Turns an error type into statuses: one error for every transport.
///
/// Every variant (or the struct) states its [code](../agentgen/enum.Code.html):
///
/// ```ignore
/// #[derive(Debug, thiserror::Error, AgentError)]
/// #[agent(domain = "summarizer.example")]
/// enum SummarizeError {
///     #[error("no such document: {id}")]
///     #[agent(code = NotFound, reason = "DOCUMENT_NOT_FOUND")]
///     NoDocument { id: String },
///     #[error("the model is busy")]
///     #[agent(code = ResourceExhausted, retry_after = after)]
///     Busy { after: Duration },
///     #[error("{0}")]
///     #[agent(code = Internal, message = "the store failed")]
///     Store(#[from] std::io::Error),
///     #[error(transparent)]
///     #[agent(transparent)]
///     Other(#[from] agentgen::Status),
/// }
/// ```
///
/// * `code`: required; a variant of `agentgen::Code` other than `Ok`.
/// * `message`: what callers read; without it, the error's `Display`.
/// * `reason`: for programs, `UPPER_SNAKE_CASE`; without it, the name of the
///   variant in that form.
/// * `domain`: who defines the reason, unique in the world; on a variant or on
///   the type. Without it, the name of the package that the type is in.
/// * `retry_after`: the field (a name, or a number for a tuple) that says how
///   long to wait: a `Duration` or an `Option<Duration>`.
/// * `transparent`: alone; the one field is a `Status` or converts into one.
///
/// The type must implement `std::error::Error + Send + Sync + 'static`. The
/// error itself becomes the status's source: it shows in traces and never
/// reaches a caller.
#[proc_macro_derive(AgentError, attributes(agent))]
pub fn derive_agent_error(item: TokenStream) -> TokenStream {
    agent_error::expand(item.into()).into()
}
