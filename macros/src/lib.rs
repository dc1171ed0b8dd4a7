//! The macros of agentgen, re-exported by the runtime. Each entry point is a
//! shell: it parses, calls, and prints tokens with every mistake found.

mod agent_error;
mod agent_message;
mod keys;
mod report;
mod service;
mod source;

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
/// results: `E` of `Result<T, E>`, or what an alias such as `agentgen::Result<T>`
/// stands for. It has to convert into `agentgen::Status`: derive
/// [`AgentError`](macro@AgentError) for one of your own.
///
/// A method under `#[cfg(…)]` is checked under the same condition, and its rpc
/// needs another method, or `unimplemented`, for the rest. What a macro in the impl
/// yields is left to the compiler.
///
/// * `proto`: the contract, from the package's folder. Its code goes into a
///   module `contract` beside the impl, and the items of packages with services
///   are brought into scope; cargo builds again when the file or an import changes.
///   Warnings about the contract show at this literal, as notes of a deprecated
///   constant. One such attribute generates the code; for further services of it leave
///   `proto` out. Several contracts may share a module; where they do, name their
///   modules by `module`.
///   Its files are watched; a new one in a folder is not, but by build scripts.
/// * `module`: the module of the generated code, instead of `contract`.
/// * `check`: the contract that the impl is checked against, when its code is
///   generated elsewhere: by a build script, by `agentgen gen` or by
///   [`contract!`]. Without it the contract of the package's build script counts, or
///   one that a macro further up in the crate generates, where exactly one service
///   has this trait. Beside `agentgen gen`, and above [`contract!`], state it: the
///   compiler alone finds the same mistakes then, and says them in its own words,
///   without the contract's. `module`, `emit` and `openapi` are stated where the code
///   is generated.
/// * `include`: a folder, or `["a", "b"]`, where imports are looked up, from
///   the package's folder; without it, as `agentgen gen` does without `-I`.
/// * `service_config`: a service config, the YAML form of `google.api.Service`, whose
///   options are laid over the contract, by its path from the package's folder. Beside
///   `check`, state the one that the code is generated with.
/// * `baseline`: what the contract must not break, such as `git:main:proto` or
///   a path from the package's folder: the same file as it was published. A
///   break that `agentgen-accept.toml` beside `Cargo.toml` does not accept is a
///   compile error with the findings of `agentgen check-compat`.
/// * `service`: the service, where the trait's name alone is ambiguous. Of packages
///   whose services have the same trait, its own alone comes into scope.
/// * `openapi`: the version of the OpenAPI document that is served: `3.0`, `3.1`
///   (the default) or `3.2`.
/// * `emit`: an emitter of `agentgen gen --emit`, or a list, instead of all Rust,
///   as in `emit = ["grpc", "client"]`.
/// * `unimplemented(digest, …)`: rpcs that the impl leaves out. They answer
///   `UNIMPLEMENTED`, and are no tools of language models; the error of the impl has to convert from
///   `agentgen::Status`. Where the contract is generated elsewhere, their types
///   are named as the trait is.
#[proc_macro_attribute]
pub fn agent_service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(arguments.into(), &item.into()).into()
}

/// Generates a contract here: `contract!("proto/summarizer.proto")`, with
/// `include = "…"`, `module = "…"`, `service_config = "…"`, `baseline = "…"`,
/// `openapi = "…"` and `emit = "…"` as for [`agent_service`](macro@agent_service).
///
/// The code goes into a module `contract`, and the items of packages with services
/// are brought into scope; those of others are named by their module,
/// `contract::money::v1::Money`. Cargo builds again when the file or an import
/// changes. Impls of its traits below it are checked in the words of the contract;
/// those above it by `#[agent_service(check = "proto/summarizer.proto")]`.
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
/// * `message`: what callers read; without it, the error's `Display`. `{name}` in
///   it is a field of the error, `{0}` one of a tuple, and `{{` a brace.
/// * `reason`: for programs, `UPPER_SNAKE_CASE` of 3 to 63 letters, digits and
///   underscores; without it, the name of the variant in that form.
/// * `domain`: who defines the reason, unique in the world; on a variant or on
///   the type. Without it, the name of the package that the type is in.
/// * `retryable`: `true` or `false`, where the code says otherwise: whether a queue
///   delivers the call again, or moves it to the dead letter at once.
/// * `retry_after`: the field (a name, or a number for a tuple) that says how
///   long to wait: a `Duration` or an `Option<Duration>`.
/// * `field`: what field of the request is wrong: its path, `"document.pages"`,
///   or the field that says it. The message describes what is wrong with it.
/// * `violations`: the field that holds all that is wrong: a `Vec` of
///   [`FieldViolation`](../agentgen/status/struct.FieldViolation.html), or of what
///   converts into one, such as a pair of a path and a description.
/// * `transparent`: alone; the one field is a `Status` or converts into one.
///
/// What callers of each transport see of a code and of its details, and what a queue does
/// with them, is in the tables of the
/// [README](https://docs.rs/crate/agentgen/latest#errors-once), under "Errors, once".
///
/// The type must implement `std::error::Error + Send + Sync + 'static`. The error
/// itself becomes the status's source: it shows in traces and never reaches a caller.
#[proc_macro_derive(AgentError, attributes(agent))]
pub fn derive_agent_error(item: TokenStream) -> TokenStream {
    agent_error::expand(item.into()).into()
}

/// Ties a type of your own to a message, an enum or a oneof of a contract, both ways.
///
/// ```text
/// // proto/summarizer.proto
/// syntax = "proto3";
/// package summarizer.v1;
/// import "google/protobuf/timestamp.proto";
/// message SummarizeRequest {
///   string document_text = 1;
///   Style style = 2;
///   int32 max_tokens = 3;
///   google.protobuf.Timestamp deadline = 4;
/// }
/// enum Style { STYLE_UNSPECIFIED = 0; STYLE_SHORT = 1; STYLE_LONG = 2; }
/// ```
///
/// ```ignore
/// #[derive(AgentMessage)]
/// #[agent(message = "summarizer.v1.SummarizeRequest")]
/// struct Summarize {
///     #[agent(rename = "document_text")]
///     text: String,
///     style: Length,                           // an enum of the contract
///     #[agent(try_from)]
///     max_tokens: NonZeroI32,
///     deadline: Option<SystemTime>,
///     #[agent(skip)]
///     words: usize,
/// }
///
/// #[derive(AgentMessage)]
/// #[agent(message = "summarizer.v1.Style")]
/// enum Length { Short, Long }
/// ```
///
/// The generated type converts into yours by `TryFrom`, with a
/// [`Status`](../agentgen/struct.Status.html) that names the field, and yours
/// into it by `From`. What types fields may have is in
/// [`agentgen::convert`](../agentgen/convert/index.html).
///
/// On the type:
/// * `message`: the full name of a message for a struct; of an enum or a oneof
///   (`package.Message.oneof`) for an enum.
/// * `transparent`: instead of it, on a struct of one field, as which it converts.
/// * `proto`, `include`: the contract; without them, that of the build script.
/// * `rust`: the path of the generated type; without it, its name is in scope.
///
/// On a field or variant:
/// * `rename`: the name in the contract; without it, its own, there or as generated.
/// * `default`: what is absent is the type's `Default`, not an error as outside `Option`.
/// * `try_from`: converts by `TryFrom` and `Into` instead.
/// * `skip`: the contract has no such field; it becomes the type's `Default`.
/// * `other`: on one variant of an enum: holds all other numbers (`i32`). Fields keep them;
///   `From` into the generated enum, which has no such value, gives its default.
///
/// Fields that the contract lacks, and required ones left out, are compile errors.
#[proc_macro_derive(AgentMessage, attributes(agent))]
pub fn derive_agent_message(item: TokenStream) -> TokenStream {
    agent_message::expand(item.into()).into()
}
