//! The macros of agentgen, re-exported by the runtime. Each entry point is a
//! shell: it parses, calls, and prints tokens with every mistake found.

mod agent_error;
mod report;
mod service;

use proc_macro::TokenStream;

/// Checks an impl of a contract's trait, and generates the contract where no
/// build script does.
///
/// ```ignore
/// #[agent_service]                                // generated code is in scope
/// impl SummarizerAgent for MySummarizer { /* … */ }
///
/// #[agent_service(proto = "proto/summarizer.proto")]   // generated here
/// impl SummarizerAgent for MySummarizer { /* … */ }
/// ```
///
/// Where the impl states no `type Error`, it is taken from the methods'
/// results: `E` of `Result<T, E>`, `agentgen::Status` of `agentgen::Result<T>`.
///
/// * `proto`: the contract, from the package's folder. Its code goes into a
///   module `contract` beside the impl, whose items are brought into scope, and
///   cargo builds again when the file or an import changes. One such attribute
///   makes the module; for further services of it use `check`.
/// * `check`: the contract that the impl is checked against, when its code is
///   generated elsewhere: by a build script, by `agentgen gen` or by
///   [`contract!`]. Without it the compiler checks against the trait.
/// * `include`: a folder, or `["a", "b"]`, where imports are looked up, from
///   the package's folder; without it, as `agentgen gen` does without `-I`.
/// * `baseline`: what the contract must not break, such as `git:main:proto` or
///   a path from the package's folder: the same file as it was published. A
///   break that `agentgen-accept.toml` beside `Cargo.toml` does not accept is a
///   compile error with the findings of `agentgen check-compat`.
/// * `service`: the service, where the trait's name alone is ambiguous.
/// * `openapi`: the version of the OpenAPI document that is served: `3.0`, `3.1`
///   (the default) or `3.2`.
#[proc_macro_attribute]
pub fn agent_service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(arguments.into(), &item.into()).into()
}

/// Generates a contract here: `contract!("proto/summarizer.proto")`, with
/// `include = "…"`, `baseline = "…"` and `openapi = "…"` as for
/// [`agent_service`](macro@agent_service).
///
/// The code goes into a module `contract`, whose packages' items are brought
/// into scope; cargo builds again when the file or an import changes.
#[proc_macro]
pub fn contract(input: TokenStream) -> TokenStream {
    service::contract(input.into()).into()
}

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
