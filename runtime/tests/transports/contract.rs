//! A small contract, written as generated code is: what the transports serve
//! in these tests.

use std::time::Duration;

use agentgen::codec::{self, Cardinality, Field, Kind, MessageType, json};
use agentgen::service::{
    Backoff, Body, Delivery, HttpRoute, Idempotency, Method, QueueRoute, Segment, ServiceInfo,
    Shape, SseRoute, StreamForm, Variable,
};
use agentgen::status::ErrorShape;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Inner {
    #[prost(string, tag = "1")]
    pub id: String,
    #[prost(int32, tag = "2")]
    pub size: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Request {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(int64, tag = "2")]
    pub count: i64,
    #[prost(string, repeated, tag = "3")]
    pub tags: Vec<String>,
    #[prost(message, optional, tag = "4")]
    pub inner: Option<Inner>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Answer {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(int64, tag = "2")]
    pub count: i64,
    #[prost(message, optional, tag = "3")]
    pub request: Option<Request>,
}

/// A reply that can look like the document of an error.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Chunk {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(message, optional, tag = "2")]
    pub error: Option<Inner>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct HttpBody {
    #[prost(string, tag = "1")]
    pub content_type: String,
    #[prost(bytes = "vec", tag = "2")]
    pub data: Vec<u8>,
}

pub(crate) const fn field(
    name: &'static str,
    number: u32,
    cardinality: Cardinality,
    kind: Kind,
) -> Field {
    Field { name, json: name, number, cardinality, kind }
}

macro_rules! message {
    ($type:ident, $static:ident, $name:literal, [$($index:literal $field:ident = $entry:expr),* $(,)?]) => {
        pub(crate) static $static: MessageType = MessageType {
            name: $name,
            fields: &[$($entry),*],
            new: codec::new::<$type>,
            rules: None,
        };

        impl json::Json for $type {
            fn write<S: json::SerializeMap>(
                &self,
                out: &mut json::Writer<'_, S>,
            ) -> Result<(), S::Error> {
                $(out.field(stringify!($field), &self.$field)?;)*
                Ok(())
            }

            fn read<'de, A: json::MapAccess<'de>>(
                &mut self,
                field: usize,
                value: json::Slot<'_, A>,
            ) -> Result<(), A::Error> {
                match field {
                    $($index => value.read(&mut self.$field),)*
                    _ => value.skip(),
                }
            }
        }

        agentgen::messages! { $type => $static }
    };
}

pub(crate) use message;

message!(Inner, INNER, "lab.v1.Inner", [
    0 id = field("id", 1, Cardinality::Implicit, Kind::String),
    1 size = field("size", 2, Cardinality::Implicit, Kind::Int32),
]);
message!(Request, REQUEST, "lab.v1.Request", [
    0 text = field("text", 1, Cardinality::Implicit, Kind::String),
    1 count = field("count", 2, Cardinality::Implicit, Kind::Int64),
    2 tags = field("tags", 3, Cardinality::Repeated, Kind::String),
    3 inner = field("inner", 4, Cardinality::Optional, Kind::Message(&INNER)),
]);
message!(Answer, ANSWER, "lab.v1.Answer", [
    0 text = field("text", 1, Cardinality::Implicit, Kind::String),
    1 count = field("count", 2, Cardinality::Implicit, Kind::Int64),
    2 request = field("request", 3, Cardinality::Optional, Kind::Message(&REQUEST)),
]);
message!(Chunk, CHUNK, "lab.v1.Chunk", [
    0 text = field("text", 1, Cardinality::Implicit, Kind::String),
    1 error = field("error", 2, Cardinality::Optional, Kind::Message(&INNER)),
]);
message!(HttpBody, HTTP_BODY, "google.api.HttpBody", [
    0 content_type = field("content_type", 1, Cardinality::Implicit, Kind::String),
    1 data = field("data", 2, Cardinality::Implicit, Kind::Bytes),
]);

const fn method(
    name: &'static str,
    shape: Shape,
    input: &'static MessageType,
    output: &'static MessageType,
) -> Method {
    Method { shape, ..Method::unary(name, input, output) }
}

const fn default_route(
    method: usize,
    template: &'static str,
    segments: &'static [Segment],
) -> HttpRoute {
    HttpRoute {
        method,
        verb: "POST",
        template,
        segments,
        custom_verb: None,
        variables: &[],
        body: Body::All,
        response_body: None,
        fully_decoded: false,
    }
}

macro_rules! lab {
    ($method:literal) => {
        &[Segment::Literal("lab.v1.Lab"), Segment::Literal($method)]
    };
}

const ECHO: HttpRoute = default_route(0, "/lab.v1.Lab/Echo", lab!("Echo"));
const V1: Segment = Segment::Literal("v1");
const TEXT: &[&Field] = &[&REQUEST.fields[0]];
const INNER_ID: &[&Field] = &[&REQUEST.fields[3], &INNER.fields[0]];

static ROUTES: [HttpRoute; 20] = [
    ECHO,
    HttpRoute {
        verb: "GET",
        template: "/v1/echo/{text}",
        segments: &[V1, Segment::Literal("echo"), Segment::Single],
        variables: &[Variable { field: TEXT, start: 2, len: 1 }],
        body: Body::None,
        ..ECHO
    },
    HttpRoute {
        verb: "PATCH",
        template: "/v1/inner/{inner.id}",
        segments: &[V1, Segment::Literal("inner"), Segment::Single],
        variables: &[Variable { field: INNER_ID, start: 2, len: 1 }],
        body: Body::Field(&REQUEST.fields[3]),
        response_body: Some(&ANSWER.fields[2]),
        ..ECHO
    },
    HttpRoute {
        template: "/v1/echo/{text}:shout",
        segments: &[V1, Segment::Literal("echo"), Segment::Single],
        custom_verb: Some("shout"),
        variables: &[Variable { field: TEXT, start: 2, len: 1 }],
        ..ECHO
    },
    default_route(1, "/lab.v1.Lab/Tail", lab!("Tail")),
    default_route(2, "/lab.v1.Lab/Collect", lab!("Collect")),
    default_route(3, "/lab.v1.Lab/Talk", lab!("Talk")),
    default_route(4, "/v1/blob", &[V1, Segment::Literal("blob")]),
    default_route(5, "/lab.v1.Lab/Guarded", lab!("Guarded")),
    default_route(6, "/lab.v1.Lab/Watch", lab!("Watch")),
    default_route(7, "/lab.v1.Lab/Blobs", lab!("Blobs")),
    default_route(8, "/lab.v1.Lab/Hurry", lab!("Hurry")),
    default_route(9, "/lab.v1.Lab/Follow", lab!("Follow")),
    default_route(10, "/lab.v1.Lab/Named", lab!("Named")),
    default_route(11, "/lab.v1.Lab/Lines", lab!("Lines")),
    default_route(12, "/lab.v1.Lab/Rows", lab!("Rows")),
    default_route(13, "/lab.v1.Lab/Doubt", lab!("Doubt")),
    HttpRoute {
        verb: "DELETE",
        template: "/v1/notes/{text}",
        segments: &[V1, Segment::Literal("notes"), Segment::Single],
        variables: &[Variable { field: TEXT, start: 2, len: 1 }],
        ..ECHO
    },
    HttpRoute {
        verb: "OPTIONS",
        template: "/v1/notes/{text}",
        segments: &[V1, Segment::Literal("notes"), Segment::Single],
        variables: &[Variable { field: TEXT, start: 2, len: 1 }],
        body: Body::None,
        ..ECHO
    },
    HttpRoute { verb: "CONVERSE", ..default_route(3, "/v1/talk", &[V1, Segment::Literal("talk")]) },
];

static METHODS: [Method; 14] = [
    Method {
        idempotency: Idempotency::NoSideEffects,
        ..method("Echo", Shape::Unary, &REQUEST, &ANSWER)
    },
    method("Tail", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Collect", Shape::ClientStream, &REQUEST, &ANSWER),
    method("Talk", Shape::Bidi, &REQUEST, &ANSWER),
    method("Blob", Shape::Unary, &HTTP_BODY, &HTTP_BODY),
    Method { scopes: &["admin"], ..method("Guarded", Shape::Unary, &REQUEST, &ANSWER) },
    method("Watch", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Blobs", Shape::ServerStream, &REQUEST, &HTTP_BODY),
    Method {
        timeout: Some(Duration::from_millis(50)),
        ..method("Hurry", Shape::Unary, &REQUEST, &ANSWER)
    },
    method("Follow", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Named", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Lines", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Rows", Shape::ServerStream, &REQUEST, &ANSWER),
    method("Doubt", Shape::ServerStream, &REQUEST, &CHUNK),
];

/// The reply field that is the event id of `Follow`.
static COUNT: Field = field("count", 2, Cardinality::Implicit, Kind::Int64);

/// The reply fields that name the events of `Named`.
static TOKEN: Field = field("token", 1, Cardinality::Oneof(0), Kind::String);
static REPORT: Field = field("report", 3, Cardinality::Oneof(0), Kind::Message(&REQUEST));

const WATCH: SseRoute = SseRoute {
    method: 6,
    default_form: StreamForm::Sse,
    event_id: None,
    event: &[],
    heartbeat: Duration::from_millis(50),
    replay_window: 10,
    retry: Some(Duration::from_millis(100)),
};

const DELIVERY: Delivery = Delivery {
    group: "lab.v1.Lab",
    max_deliveries: 1,
    ack_wait: Duration::from_secs(30),
    concurrency: 1,
    backoff: Backoff::new(Duration::from_secs(1), Duration::from_secs(1), 1.0),
};

pub(crate) static INFO: ServiceInfo = ServiceInfo {
    name: "lab.v1.Lab",
    methods: &METHODS,
    error_shape: ErrorShape::Aip193,
    grpc: &[
        "/lab.v1.Lab/Echo",
        "/lab.v1.Lab/Tail",
        "/lab.v1.Lab/Collect",
        "/lab.v1.Lab/Talk",
        "/lab.v1.Lab/Blob",
        "/lab.v1.Lab/Guarded",
        "/lab.v1.Lab/Watch",
        "/lab.v1.Lab/Blobs",
        "/lab.v1.Lab/Hurry",
        "/lab.v1.Lab/Follow",
        "/lab.v1.Lab/Named",
        "/lab.v1.Lab/Lines",
        "/lab.v1.Lab/Rows",
        "/lab.v1.Lab/Doubt",
    ],
    http: &ROUTES,
    sse: &[
        WATCH,
        SseRoute { method: 9, event_id: Some(&COUNT), ..WATCH },
        SseRoute { method: 10, event: &[&REPORT, &TOKEN], ..WATCH },
        SseRoute { method: 11, default_form: StreamForm::Ndjson, ..WATCH },
        SseRoute { method: 12, default_form: StreamForm::JsonArray, ..WATCH },
    ],
    queue: &[QueueRoute::new(0, "lab.v1.Lab.Echo", "lab.v1.Lab.Echo.dead", DELIVERY)],
    openapi: r#"{"openapi":"3.1.0","info":{"title":"Lab"},"paths":{"/lab.v1.Lab/Echo":{}}}"#,
    asyncapi: r#"{"asyncapi":"3.0.0","info":{"title":"Lab"}}"#,
    tools: &[],
    // One file, `lab.proto`, of the package `lab.v1`, with the service `Lab`.
    descriptors: b"\x0a\x1a\x0a\x09lab.proto\x12\x06lab.v1\x32\x05\x0a\x03Lab",
    digest: "",
};
