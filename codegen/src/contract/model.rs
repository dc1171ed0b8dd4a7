//! The contract: everything that emitters and rules may know, with every name
//! computed. It deliberately holds no descriptor and no token.

use std::time::Duration;

use super::http::Template;

/// A set of `.proto` files, lowered.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// The packages that output is made for, sorted by name.
    pub packages: Vec<Package>,
    /// Every message of every package that is emitted, by [`MessageId`].
    pub messages: Vec<Message>,
    /// Every enum of every package that is emitted, by [`EnumId`].
    pub enums: Vec<Enum>,
    /// The encoded `FileDescriptorSet`, imports included, without source info,
    /// in dependency order; extensions kept.
    pub descriptors: Vec<u8>,
    /// The SHA-256 of `descriptors`, in lowercase hex.
    pub digest: String,
}

/// Index into [`Contract::messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub usize);

/// Index into [`Contract::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// One protobuf package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The protobuf name, such as `summarizer.v1`; empty for no package.
    pub name: String,
    /// The Rust module path, one snake-case identifier a segment; raw where a
    /// segment is a keyword (`r#type`).
    pub modules: Vec<String>,
    /// The messages of the package, nested ones included, in declaration order.
    pub messages: Vec<MessageId>,
    /// The enums of the package, nested ones included, in declaration order.
    pub enums: Vec<EnumId>,
    /// The services to emit. Empty for packages that are only imported.
    pub services: Vec<Service>,
    /// Its `package` statement in the first of its files.
    pub location: Location,
    /// The files of the package that are emitted, as they were named on
    /// import, sorted: the inputs, and what declares types that they name. A
    /// file that is imported for its options alone is not among them.
    pub files: Vec<String>,
}

/// Where something stands in a `.proto` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The file, as it was named on import.
    pub file: String,
    /// Byte offset of the first character.
    pub start: usize,
    /// Byte offset past the last character.
    pub end: usize,
    /// Line of the first character, from 1; 0 where unknown.
    pub line: usize,
    /// Column of the first character, from 1; 0 where unknown.
    pub column: usize,
}

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
    /// The names in Rust.
    pub rust: ServiceNames,
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
    /// `idempotency_level` is set to `NO_SIDE_EFFECTS` or `IDEMPOTENT`.
    pub idempotent: bool,
    /// The longest a call may take.
    pub timeout: Option<Duration>,
    /// The scopes of the service and the rpc.
    pub scopes: Vec<String>,
    /// The gRPC request path, `/package.Service/Method`.
    pub grpc_path: String,
    /// The HTTP bindings, the primary one first; never empty.
    pub http: Vec<HttpBinding>,
    /// The stream over HTTP, for rpcs that answer with one.
    pub sse: Option<SseBinding>,
    /// The queue subject; `None` where disabled or where the caller streams.
    pub queue: Option<QueueBinding>,
}

/// A message type that an rpc or a field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A message of the contract.
    Message(MessageId),
    /// A well-known type of `google.protobuf`, by its full name.
    WellKnown(String),
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

/// A field, as an index into the fields of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRef {
    /// The message.
    pub message: MessageId,
    /// The index in [`Message::fields`].
    pub field: usize,
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
    /// The first pause's upper bound.
    pub initial_backoff: Duration,
    /// Every pause's upper bound.
    pub max_backoff: Duration,
    /// The factor between upper bounds.
    pub multiplier: f64,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The index of its package in [`Contract::packages`].
    pub package: usize,
    /// The name in the `.proto` file, without its parents.
    pub name: String,
    /// The full protobuf name.
    pub full_name: String,
    /// The Rust path inside the package's module, as prost-build names it:
    /// parents' modules first (`["outer", "Inner"]`).
    pub rust_path: Vec<String>,
    /// The name of its `MessageType` static, unique in the package.
    pub rust_static: String,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// The fields, in declaration order.
    pub fields: Vec<Field>,
    /// The oneofs, without the synthetic ones of proto3 `optional`.
    pub oneofs: Vec<Oneof>,
    /// Whether the message is deprecated.
    pub deprecated: bool,
    /// Whether it is the synthetic entry of a map field: described, not emitted.
    pub map_entry: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name in the `.proto` file.
    pub name: String,
    /// The name in JSON.
    pub json: String,
    /// The Rust field, or the variant of a oneof; raw where it is a keyword,
    /// as prost-build names it.
    pub rust: String,
    /// The field number.
    pub number: u32,
    /// How many values it holds.
    pub cardinality: Cardinality,
    /// The type of its values.
    pub kind: Kind,
    /// Whether prost-build puts it behind a `Box` to break a cycle.
    pub boxed: bool,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// Whether the field is deprecated.
    pub deprecated: bool,
    /// `google.api.field_behavior`.
    pub behavior: Vec<FieldBehavior>,
}

/// `google.api.field_behavior`, the values that documents state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldBehavior {
    /// The caller may leave it out.
    Optional,
    /// The caller must set it.
    Required,
    /// Only replies hold it.
    OutputOnly,
    /// Only requests hold it.
    InputOnly,
    /// It cannot change once set.
    Immutable,
    /// It identifies the resource.
    Identifier,
}

/// How many values a field holds, and whether absence is a state of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// One value; the default counts as absent.
    Implicit,
    /// One value or none.
    Optional,
    /// Exactly one value.
    Required,
    /// A member of [`Message::oneofs`] at this index.
    Oneof(usize),
    /// A list.
    Repeated,
    /// A map with this kind of key; the field's kind is that of the values.
    Map(Kind),
}

/// The type of a field's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `double`
    Double,
    /// `float`
    Float,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `sint32`
    Sint32,
    /// `sint64`
    Sint64,
    /// `fixed32`
    Fixed32,
    /// `fixed64`
    Fixed64,
    /// `sfixed32`
    Sfixed32,
    /// `sfixed64`
    Sfixed64,
    /// `bool`
    Bool,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// An enum of the contract.
    Enum(EnumId),
    /// `google.protobuf.NullValue`.
    NullValue,
    /// A message.
    Message(TypeRef),
    /// A proto2 group.
    Group(MessageId),
}

/// A oneof.
#[derive(Clone, Debug)]
pub struct Oneof {
    /// The name in the `.proto` file.
    pub name: String,
    /// The Rust field, raw where it is a keyword.
    pub rust: String,
    /// The Rust path of its enum inside the package's module.
    pub rust_path: Vec<String>,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The index of its package in [`Contract::packages`].
    pub package: usize,
    /// The name in the `.proto` file.
    pub name: String,
    /// The full protobuf name.
    pub full_name: String,
    /// The Rust path inside the package's module.
    pub rust_path: Vec<String>,
    /// The name of its `EnumType` static, unique in the package.
    pub rust_static: String,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// The values, aliases included, in declaration order.
    pub values: Vec<EnumValue>,
    /// Whether the enum is deprecated.
    pub deprecated: bool,
    /// Whether unknown numbers are not values (proto2).
    pub closed: bool,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The name in the `.proto` file.
    pub name: String,
    /// The Rust variant, as prost-build names it. An alias has the variant of
    /// the first value with its number.
    pub rust: String,
    /// The number.
    pub number: i32,
    /// The leading comment, without comment marks.
    pub docs: String,
    /// Where it is declared.
    pub location: Location,
    /// Whether the value is deprecated.
    pub deprecated: bool,
}

impl Contract {
    /// The message with this id.
    pub fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }

    /// The enum with this id.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// The field that a reference names.
    pub fn field(&self, reference: FieldRef) -> &Field {
        &self.message(reference.message).fields[reference.field]
    }

    /// Every service of every package.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.packages.iter().flat_map(|package| &package.services)
    }

    /// The full protobuf name of a type.
    pub fn type_name<'a>(&'a self, reference: &'a TypeRef) -> &'a str {
        match reference {
            TypeRef::Message(id) => &self.message(*id).full_name,
            TypeRef::WellKnown(name) => name,
        }
    }
}
