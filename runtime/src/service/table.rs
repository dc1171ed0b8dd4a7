//! The static tables that generated code fills: what is served, under which
//! names. Everything here is plain data; transports interpret it.

use std::fmt;
use std::time::Duration;

use crate::codec::{Field, MessageType};
use crate::status::ErrorShape;

/// A service of a contract.
#[derive(Clone, Copy)]
pub struct ServiceInfo {
    /// The full protobuf name, such as `summarizer.v1.SummarizerAgent`.
    pub name: &'static str,
    /// The rpcs, in the order of their declaration.
    pub methods: &'static [Method],
    /// The form of error bodies over HTTP.
    pub error_shape: ErrorShape,
    /// gRPC request paths (`/package.Service/Method`) by index of the rpc;
    /// empty where gRPC is not emitted.
    pub grpc: &'static [&'static str],
    /// HTTP bindings.
    pub http: &'static [HttpRoute],
    /// Streams over HTTP.
    pub sse: &'static [SseRoute],
    /// Queue subjects.
    pub queue: &'static [QueueRoute],
    /// The `OpenAPI` document of this service, as JSON; empty where not emitted.
    pub openapi: &'static str,
    /// The `AsyncAPI` document of this service, as JSON; empty where not
    /// emitted, and where no rpc has a queue subject.
    pub asyncapi: &'static str,
    /// The tools for language models.
    pub tools: &'static [ToolInfo],
    /// The encoded `FileDescriptorSet` of the contract, imports included.
    pub descriptors: &'static [u8],
    /// The SHA-256 of the contract's descriptors, in hex.
    pub digest: &'static str,
}

impl fmt::Debug for ServiceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceInfo").field(&self.name).finish()
    }
}

/// An rpc of a service.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// The name in the `.proto` file.
    pub name: &'static str,
    /// Which sides stream.
    pub shape: Shape,
    /// The request type.
    pub input: &'static MessageType,
    /// The reply type.
    pub output: &'static MessageType,
    /// The longest a call may take, where the contract sets one.
    pub timeout: Option<Duration>,
    /// What repeating a call does.
    pub idempotency: Idempotency,
    /// The scopes a caller needs, all of them.
    pub scopes: &'static [&'static str],
    /// Whether requests are checked against the `buf.validate` rules of the
    /// contract.
    pub validated: bool,
}

/// What repeating a call does: the `idempotency_level` of the contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Idempotency {
    /// Nothing is promised.
    #[default]
    Unknown,
    /// A repeated call does no more than the first one.
    Idempotent,
    /// A call changes nothing: Connect's clients may send it as `GET`.
    NoSideEffects,
}

/// An rpc as a tool of a language model: one definition for each provider, as
/// JSON in pieces, which are joined. Definitions share the schemas in them.
#[derive(Clone, Copy, Debug)]
pub struct ToolInfo {
    /// The index of the rpc in [`ServiceInfo::methods`].
    pub method: usize,
    /// The name by which models call it.
    pub name: &'static str,
    /// A function tool of `OpenAI`'s Responses API.
    pub openai: &'static [&'static str],
    /// A function tool of `OpenAI`'s Chat Completions.
    pub openai_chat: &'static [&'static str],
    /// A tool of Anthropic's Messages API.
    pub anthropic: &'static [&'static str],
    /// A `FunctionDeclaration` of Google Gemini.
    pub gemini: &'static [&'static str],
    /// An entry of `tools/list` of the Model Context Protocol.
    pub mcp: &'static [&'static str],
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

/// One HTTP binding of an rpc, parsed from its `google.api.http` template.
#[derive(Clone, Copy, Debug)]
pub struct HttpRoute {
    /// The index of the rpc in [`ServiceInfo::methods`].
    pub method: usize,
    /// The HTTP method in upper case; `*` stands for any.
    pub verb: &'static str,
    /// The template as the contract writes it.
    pub template: &'static str,
    /// The template's segments, variables resolved to what they match.
    pub segments: &'static [Segment],
    /// The verb after the colon of the last segment.
    pub custom_verb: Option<&'static str>,
    /// The fields that segments fill.
    pub variables: &'static [Variable],
    /// Where the HTTP body goes.
    pub body: Body,
    /// The field of the reply that is the HTTP body; `None` is the whole reply.
    pub response_body: Option<&'static Field>,
    /// Whether variables of several segments are percent-decoded whole, `%2F`
    /// included, whatever the server's rules say.
    pub fully_decoded: bool,
}

/// What one segment of a path matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Exactly this text, after percent-decoding.
    Literal(&'static str),
    /// One segment.
    Single,
    /// Any number of segments.
    Rest,
}

/// A field that a part of the path fills.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// The path to the field: submessages first.
    pub field: &'static [&'static Field],
    /// The first segment it covers.
    pub start: usize,
    /// The number of segments it covers, a `Rest` counted once.
    pub len: usize,
}

/// Where an HTTP request body goes.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// Nowhere: all fields come from path and query.
    None,
    /// The whole request message.
    All,
    /// One field of it.
    Field(&'static Field),
}

/// How the stream of a server-streaming rpc is sent over HTTP.
#[derive(Clone, Copy, Debug)]
pub struct SseRoute {
    /// The index of the rpc in [`ServiceInfo::methods`].
    pub method: usize,
    /// The form for callers that accept anything.
    pub default_form: StreamForm,
    /// The reply field that is the event id; `None` numbers the events.
    pub event_id: Option<&'static Field>,
    /// The members of the reply's oneof that name its events, each by its JSON
    /// name; empty where events have no name.
    pub event: &'static [&'static Field],
    /// The time between comments on a silent stream.
    pub heartbeat: Duration,
    /// How many of the last events a resuming client can get again; 0 is none.
    pub replay_window: usize,
    /// The reconnection time suggested to clients.
    pub retry: Option<Duration>,
}

/// A form of a stream over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamForm {
    /// `text/event-stream`
    Sse,
    /// `application/x-ndjson`
    Ndjson,
    /// `application/json`: one array.
    JsonArray,
}

/// The queue subject of an rpc.
#[derive(Clone, Copy, Debug)]
pub struct QueueRoute {
    /// The index of the rpc in [`ServiceInfo::methods`].
    pub method: usize,
    /// The subject that requests are published to.
    pub subject: &'static str,
    /// Consumers of one group share the deliveries.
    pub group: &'static str,
    /// The subject that undeliverable requests are moved to.
    pub dead_letter: &'static str,
    /// How many attempts fail before a request is dead-lettered, from 1.
    pub max_deliveries: u32,
    /// How long a delivery is leased to a consumer; renewed while it works.
    pub ack_wait: Duration,
    /// How many deliveries one consumer works on at once, from 1.
    pub concurrency: usize,
    /// The request field whose value orders deliveries; no two requests of
    /// one value are worked on at once.
    pub ordering_key: Option<&'static [&'static Field]>,
    /// The request field whose value makes two requests the same piece of
    /// work, where it is not empty.
    pub idempotency_key: Option<&'static [&'static Field]>,
    /// The pause between attempts.
    pub backoff: Backoff,
}

/// Exponential backoff with full jitter.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The upper bound of the first pause.
    pub initial: Duration,
    /// The upper bound of every pause.
    pub max: Duration,
    /// The factor from one upper bound to the next, at least 1.
    pub multiplier: f64,
}
