//! Services, rpcs and how each transport reaches them.

use std::time::Duration;

use serde_json::Value;

use super::{FieldRef, Location, TypeRef};
use crate::contract::http::Template;

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The name in the `.proto` file.
    pub name: String,
    /// The full protobuf name.
    pub full_name: String,
    /// The leading comment, without comment marks; else the trailing one. So
    /// everywhere.
    pub docs: String,
    /// Where it is declared: the name alone, not the whole block. So
    /// everywhere.
    pub location: Location,
    /// The rpcs.
    pub methods: Vec<Method>,
    /// Whether the service is deprecated.
    pub deprecated: bool,
    /// The form of error bodies over HTTP.
    pub error_shape: ErrorShape,
    /// The names in Rust.
    pub rust: ServiceNames,
}

/// The form of error bodies over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorShape {
    /// `application/json`: the error object of AIP-193.
    Aip193,
    /// `application/json`: a bare `google.rpc.Status`.
    RpcStatus,
    /// `application/problem+json`: RFC 9457.
    ProblemDetails,
}

/// The Rust names of a service; no two names of one module are equal.
#[derive(Clone, Debug, Default)]
pub struct ServiceNames {
    /// The trait, such as `SummarizerAgent`.
    pub agent: String,
    /// The module, such as `summarizer_agent`.
    pub module: String,
    /// The server alias, such as `SummarizerAgentServer`.
    pub server: String,
    /// The erased glue, such as `SummarizerAgentService`.
    pub glue: String,
    /// The client, such as `SummarizerAgentClient`.
    pub client: String,
}

/// What repeating a call does: `idempotency_level`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing is promised.
    #[default]
    Unknown,
    /// A repeated call does no more than the first one.
    Idempotent,
    /// A call changes nothing.
    NoSideEffects,
}

/// Which sides of an rpc stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One request, one reply.
    Unary,
    /// One request, a stream of replies.
    ServerStream,
    /// A stream of requests, one reply.
    ClientStream,
    /// Streams both ways.
    Bidi,
}

impl Shape {
    /// Whether the caller sends a stream.
    pub fn client_streams(self) -> bool {
        matches!(self, Self::ClientStream | Self::Bidi)
    }

    /// Whether the handler answers with a stream.
    pub fn server_streams(self) -> bool {
        matches!(self, Self::ServerStream | Self::Bidi)
    }
}

/// An rpc.
#[derive(Clone, Debug)]
pub struct Method {
    /// The name in the `.proto` file.
    pub name: String,
    /// The full protobuf name, `package.Service.Method`.
    pub full_name: String,
    /// The Rust method, raw where it is a keyword.
    pub rust: String,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// The request type.
    pub input: TypeRef,
    /// The reply type.
    pub output: TypeRef,
    /// Which sides stream.
    pub shape: Shape,
    /// Whether the rpc is deprecated.
    pub deprecated: bool,
    /// What repeating a call does.
    pub idempotency: Idempotency,
    /// The longest a call may take.
    pub timeout: Option<Duration>,
    /// The scopes of the service and the rpc.
    pub scopes: Vec<String>,
    /// Whether requests are checked against the rules of their messages.
    pub validated: bool,
    /// The gRPC request path, `/package.Service/Method`.
    pub grpc_path: String,
    /// The HTTP bindings, the primary one first; never empty.
    pub http: Vec<HttpBinding>,
    /// The stream over HTTP, for rpcs that answer with one.
    pub sse: Option<SseBinding>,
    /// The queue subject; `None` where disabled or where the caller streams.
    pub queue: Option<QueueBinding>,
    /// Calls to show in documents.
    pub examples: Vec<Example>,
    /// The tool for language models; `None` where hidden or where either side
    /// streams.
    pub tool: Option<ToolBinding>,
}

impl Method {
    /// The Rust constant that stands for the rpc.
    pub fn constant(&self) -> String {
        self.rust.trim_start_matches("r#").to_uppercase()
    }
}

/// An rpc as a tool of a language model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolBinding {
    /// Unique in the contract, and a name that every provider takes.
    pub name: String,
    /// What the model is told; may be empty.
    pub description: String,
}

/// An example of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The name, unique in the rpc.
    pub name: String,
    /// One line about it; may be empty.
    pub summary: String,
    /// More about it; may be empty.
    pub description: String,
    /// The request as proto3 JSON; of a stream, the list of requests.
    pub request: Option<Value>,
    /// The reply, as the request.
    pub reply: Option<Value>,
}

/// One HTTP binding of an rpc.
#[derive(Clone, Debug)]
pub struct HttpBinding {
    /// Unique in the contract: `{Service}_{Method}`, then `_2`, `_3` for
    /// additional bindings. Where services of two packages share a name, the
    /// package stands in front, dots as underscores.
    pub operation_id: String,
    /// The HTTP method in upper case; `*` for any.
    pub verb: String,
    /// The parsed template.
    pub template: Template,
    /// For each variable of the template, the fields that lead to it.
    pub variables: Vec<Vec<FieldRef>>,
    /// Where the request body goes.
    pub body: HttpBody,
    /// The reply field that is the response body; `None` is the whole reply.
    pub response_body: Option<FieldRef>,
    /// Whether the contract states it, or it is the default binding.
    pub explicit: bool,
    /// Whether variables of several segments are percent-decoded whole, `%2F`
    /// included.
    pub fully_decoded: bool,
    /// Where it is declared.
    pub location: Location,
}

/// Where an HTTP request body goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpBody {
    /// Nowhere.
    None,
    /// The whole request.
    All,
    /// One field of it.
    Field(FieldRef),
}

/// The form of a stream over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamForm {
    /// `text/event-stream`
    Sse,
    /// `application/x-ndjson`
    Ndjson,
    /// `application/json`
    JsonArray,
}

/// How the stream of an rpc is sent over HTTP.
#[derive(Clone, Debug)]
pub struct SseBinding {
    /// The form for callers that accept anything.
    pub default_form: StreamForm,
    /// The reply field that is the event id.
    pub event_id: Option<FieldRef>,
    /// The members of the oneof that names events; empty where nothing does.
    pub event: Vec<FieldRef>,
    /// The time between comments on a silent stream.
    pub heartbeat: Duration,
    /// How many events can be replayed.
    pub replay_window: u32,
    /// The suggested reconnection time.
    pub retry: Option<Duration>,
}

/// The queue subject of an rpc.
#[derive(Clone, Debug)]
pub struct QueueBinding {
    /// The subject of requests.
    pub subject: String,
    /// The consumer group.
    pub group: String,
    /// The subject of undeliverable requests.
    pub dead_letter: String,
    /// Attempts that may fail.
    pub max_deliveries: u32,
    /// The lease of a delivery.
    pub ack_wait: Duration,
    /// Deliveries worked on at once.
    pub concurrency: u32,
    /// The fields that lead to the ordering key.
    pub ordering_key: Option<Vec<FieldRef>>,
    /// The fields that lead to the idempotency key.
    pub idempotency_key: Option<Vec<FieldRef>>,
    /// The first pause's upper bound.
    pub initial_backoff: Duration,
    /// Every pause's upper bound.
    pub max_backoff: Duration,
    /// The factor between upper bounds.
    pub multiplier: f64,
}
