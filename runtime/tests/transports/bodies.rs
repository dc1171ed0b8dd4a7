//! Bodies that are a part of a message: raw bytes in a field of it, and a field
//! of each message of a stream. By hand, and through the typed client.

use std::sync::Arc;

use agentgen::client::Channel;
use agentgen::codec::{self, Cardinality, Field, Kind, MessageType, json};
use agentgen::service::{
    Body, Call, Glue, HttpRoute, Method, Reply, Segment, Service, ServiceInfo, Shape, Variable,
};
use agentgen::{Context, Inbound, Outbound, Server, Status};
use futures_core::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use prost::Message as _;
use serde_json::json;

use crate::agent::Lab;
use crate::contract::{HTTP_BODY, HttpBody, INFO, field, message};
use crate::events::Reading;
use crate::running::{Running, answered};

#[derive(Clone, PartialEq, prost::Message)]
struct Parcel {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    content: Option<HttpBody>,
    #[prost(int64, tag = "3")]
    weight: i64,
}

message!(Parcel, PARCEL, "mail.v1.Parcel", [
    0 name = field("name", 1, Cardinality::Implicit, Kind::String),
    1 content = field("content", 2, Cardinality::Optional, Kind::Message(&HTTP_BODY)),
    2 weight = field("weight", 3, Cardinality::Implicit, Kind::Int64),
]);

const V1: Segment = Segment::Literal("v1");
const CONTENT: &Field = &PARCEL.fields[1];
const NAME: Variable = Variable { field: &[&PARCEL.fields[0]], start: 2, len: 1 };

const fn route(method: usize, verb: &'static str, template: &'static str) -> HttpRoute {
    let segments = &[V1, Segment::Literal("parcels"), Segment::Single];
    let route = HttpRoute::new(method, verb, template, segments, Body::Field(CONTENT));
    HttpRoute { variables: &[NAME], response_body: Some(CONTENT), ..route }
}

static ROUTES: [HttpRoute; 6] = [
    route(0, "PUT", "/v1/parcels/{name}"),
    HttpRoute { custom_verb: Some("ship"), ..route(1, "POST", "/v1/parcels/{name}:ship") },
    HttpRoute {
        custom_verb: Some("open"),
        body: Body::None,
        ..route(2, "GET", "/v1/parcels/{name}:open")
    },
    HttpRoute {
        segments: &[V1, Segment::Literal("scales"), Segment::Single],
        body: Body::Field(&PARCEL.fields[2]),
        response_body: None,
        ..route(3, "POST", "/v1/scales/{name}")
    },
    HttpRoute {
        segments: &[V1, Segment::Literal("labels"), Segment::Single],
        body: Body::All,
        response_body: None,
        ..route(3, "POST", "/v1/labels/{name}")
    },
    HttpRoute::new(4, "POST", "/v1/raw", &[V1, Segment::Literal("raw")], Body::All),
];

static METHODS: [Method; 5] = [
    Method::unary("Send", &PARCEL, &PARCEL),
    Method { shape: Shape::ClientStream, ..Method::unary("Ship", &PARCEL, &PARCEL) },
    Method { shape: Shape::ServerStream, ..Method::unary("Open", &PARCEL, &PARCEL) },
    Method { shape: Shape::ClientStream, ..Method::unary("Weigh", &PARCEL, &PARCEL) },
    Method { shape: Shape::Bidi, ..Method::unary("Raw", &HTTP_BODY, &HTTP_BODY) },
];

static MAIL: ServiceInfo = ServiceInfo {
    name: "mail.v1.Mail",
    methods: &METHODS,
    grpc: &[],
    http: &ROUTES,
    sse: &[],
    queue: &[],
    ..INFO
};

struct Mail;

impl Glue for Mail {
    type Agent = Lab;

    fn new(_: Arc<Lab>) -> Self {
        Self
    }
}

/// All parcels as one: names and contents one after the other, weights summed.
async fn together(mut parcels: Inbound<Parcel>) -> Result<Parcel, Status> {
    let mut all = Parcel::default();
    while let Some(Parcel { name, content, weight }) = parcels.message().await? {
        all.name = name;
        all.weight += weight;
        if let Some(HttpBody { content_type, data }) = content {
            let own = all.content.get_or_insert_default();
            own.content_type = content_type;
            own.data.extend(data);
        }
    }
    Ok(all)
}

fn opened(name: &str) -> Outbound<Parcel> {
    let chunk = |text: &str| {
        let content = HttpBody { content_type: "text/csv".into(), data: text.into() };
        Ok(Parcel { content: Some(content), ..Parcel::default() })
    };
    let fault = || Err(Status::unavailable("cut off"));
    let chunks = match name {
        "none" => vec![fault()],
        "cut" => vec![chunk(name), fault()],
        _ => vec![chunk(name), chunk(",b\n"), chunk("1,2\n")],
    };
    Outbound::try_new(stream::iter(chunks))
}

impl Service for Mail {
    fn info(&self) -> &'static ServiceInfo {
        &MAIL
    }

    fn call<'a>(
        &'a self,
        method: usize,
        _: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move {
            match method {
                0 => Reply::unary(Ok::<Parcel, Status>(call.message()?)),
                1 | 3 => Reply::unary(together(call.stream()).await),
                2 => {
                    let parcel: Parcel = call.message()?;
                    Reply::stream(Ok::<_, Status>(opened(&parcel.name)))
                }
                _ => {
                    let bodies: Inbound<HttpBody> = call.stream();
                    Reply::stream(Ok::<_, Status>(Outbound::try_new(bodies)))
                }
            }
        })
    }
}

async fn serve() -> Running {
    Running::start_as::<Mail>(Server::rest).await
}

fn chunks(texts: &'static [&'static str]) -> reqwest::Body {
    reqwest::Body::wrap_stream(stream::iter(texts.iter().map(|text| Ok::<_, Status>(*text))))
}

#[tokio::test]
async fn a_field_that_is_a_raw_body_goes_in_and_out_as_its_bytes() {
    let server = serve().await;
    let put = server.request("PUT", "/v1/parcels/p").header("content-type", "image/x-lab");
    let answer = answered(put.body("{\"abc")).await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), ("{\"abc", "image/x-lab"));
    let ship = server.request("POST", "/v1/parcels/p:ship").header("content-type", "text/x-lab");
    let answer = answered(ship.body(chunks(&["ab", "c\n", "[d"]))).await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), ("abc\n[d", "text/x-lab"));
    let answer = server.get("/v1/parcels/a:open").await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), ("a,b\n1,2\n", "text/csv"));
    server.end().await;
}

#[tokio::test]
async fn a_stream_of_raw_bodies_that_fails_breaks_off_or_is_a_plain_error_at_first() {
    let server = serve().await;
    let http2 = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build();
    let http2 = http2.expect("a client");
    for client in [&server.http, &http2] {
        let open = |name: &str| client.get(server.url(&format!("/v1/parcels/{name}:open")));
        assert_eq!(Reading::open(open("cut")).await.broken().await, "cut");
        let none = answered(open("none")).await;
        assert_eq!((none.status.as_u16(), none.header("content-type")), (503, "application/json"));
        assert_eq!(none.json()["error"]["message"], "cut off");
        let whole = answered(open("a")).await;
        assert_eq!(whole.header("cache-control"), "no-store, no-cache, no-transform");
        assert_eq!(whole.header("x-accel-buffering"), "no");
    }
    drop(http2);
    server.end().await;
}

#[tokio::test]
async fn each_document_of_a_stream_is_the_field_that_the_route_names() {
    let server = serve().await;
    let weigh = |media: &'static str, body: &'static str| {
        let request = server.request("POST", "/v1/scales/s").header("content-type", media);
        answered(request.body(body))
    };
    for (media, body) in [("application/x-ndjson", "\"1\"\n2\n"), ("application/json", "[1,\"2\"]")]
    {
        assert_eq!(weigh(media, body).await.json(), json!({ "name": "s", "weight": "3" }));
    }
    let answer = weigh("application/x-ndjson", "1\n{\"weight\":2}\n").await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    let violation = &answer.json()["error"]["details"][1]["fieldViolations"][0];
    assert_eq!(violation["field"], "[1].weight");
    let text = violation["description"].as_str().expect("a text");
    assert!(text.ends_with("at line 2 column 1"), "{text}");
    let answer = weigh("application/json", "[1,\n  \"2\", \"x\"]").await;
    let violation = &answer.json()["error"]["details"][1]["fieldViolations"][0];
    assert_eq!(violation["field"], "[2].weight");
    let text = violation["description"].as_str().expect("a text");
    assert!(text.ends_with("at line 2 column 10"), "{text}");
    server.end().await;
}

#[tokio::test]
async fn a_message_of_a_stream_may_repeat_the_path_and_not_contradict_it() {
    let server = serve().await;
    let send = |body: &'static str| server.request("POST", "/v1/labels/l").body(body);
    let answer = answered(send("{\"weight\":1}\n{\"name\":\"l\",\"weight\":1}\n")).await;
    assert_eq!(answer.json(), json!({ "name": "l", "weight": "2" }));
    let answer = answered(send("{\"weight\":1}\n{\"name\":\"other\"}\n")).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.body.contains("the body and the path differ"), "{}", answer.body);
    server.end().await;
}

fn parcel(text: &str, weight: i64) -> Box<dyn codec::Message> {
    let content = HttpBody { content_type: "text/x-lab".into(), data: text.into() };
    Box::new(Parcel { name: "p/q".into(), content: Some(content), weight })
}

fn streamed(messages: impl IntoIterator<Item = Box<dyn codec::Message>>) -> Call {
    Call::Stream(Box::pin(stream::iter(messages.into_iter().map(Ok).collect::<Vec<_>>())))
}

/// What a call answers, one or many: bytes, content type, name and weight.
async fn told(channel: &Channel, method: usize, call: Call) -> (String, String, String, i64) {
    let reply = channel.call(&MAIL, method, &Context::new(), call).await.expect("an answer");
    let mut replies = reply.into_erased_stream();
    let (mut bytes, mut kind, mut last) = (Vec::new(), String::new(), Parcel::default());
    while let Some(message) = replies.next().await {
        let message = message.expect("a message");
        let encoded = message.to_proto();
        let body = if codec::HttpBody::is(message.message_type()) {
            HttpBody::decode(encoded).expect("a body")
        } else {
            last = Parcel::decode(encoded).expect("a parcel");
            last.content.clone().unwrap_or_default()
        };
        bytes.extend(body.data);
        kind = body.content_type;
    }
    (String::from_utf8(bytes).expect("text"), kind, last.name, last.weight)
}

#[tokio::test]
async fn the_client_sends_and_reads_raw_bodies_as_bytes() {
    let server = serve().await;
    let channel = Channel::rest(&server.url("")).expect("a channel");
    let none = String::new();
    let lab = || "text/x-lab".to_owned();
    let sent = told(&channel, 0, Call::Unary(parcel("{ab", 0))).await;
    assert_eq!(sent, ("{ab".to_owned(), lab(), none.clone(), 0));
    let shipped = told(&channel, 1, streamed([parcel("a\n", 0), parcel("b", 0)])).await;
    assert_eq!(shipped, ("a\nb".to_owned(), lab(), none.clone(), 0));
    let (text, kind, ..) = told(&channel, 2, Call::Unary(parcel("", 0))).await;
    assert_eq!((text.as_str(), kind.as_str()), ("p/q,b\n1,2\n", "text/csv"));
    let bodies = ["a", "b"].map(|text| -> Box<dyn codec::Message> {
        Box::new(HttpBody { content_type: lab(), data: text.into() })
    });
    assert_eq!(told(&channel, 4, streamed(bodies)).await, ("ab".to_owned(), lab(), none, 0));
    server.end().await;
}

#[tokio::test]
async fn the_client_takes_the_path_of_a_stream_from_its_first_message() {
    let server = serve().await;
    let channel = Channel::rest(&server.url("")).expect("a channel");
    let parcels = [1, 2].map(|weight| -> Box<dyn codec::Message> {
        Box::new(Parcel { name: "s".into(), weight, ..Parcel::default() })
    });
    let (.., name, weight) = told(&channel, 3, streamed(parcels)).await;
    assert_eq!((name.as_str(), weight), ("s", 3));
    let refused = channel.call(&MAIL, 3, &Context::new(), streamed([])).await;
    assert_eq!(refused.err().expect("no path").code(), agentgen::Code::InvalidArgument);
    server.end().await;
}
