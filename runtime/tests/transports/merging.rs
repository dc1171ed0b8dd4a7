//! One request message out of path, query and body: what may be said twice, and
//! what contradicts itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use agentgen::codec::{self, Cardinality, Field, Kind, MessageType, json, wkt};
use agentgen::service::{
    Body, Call, Glue, HttpRoute, Method, Reply, Segment, Service, ServiceInfo, Variable,
};
use agentgen::{Context, Server, Status};
use futures_core::future::BoxFuture;
use serde_json::{Value, json};

use crate::agent::Lab;
use crate::contract::{INFO, field};
use crate::running::{Answered, Running};

#[derive(Clone, PartialEq, prost::Message)]
struct Page {
    #[prost(string, tag = "1")]
    title: String,
    #[prost(oneof = "page::Content", tags = "2, 3, 4")]
    content: Option<page::Content>,
    /// A wrapper.
    #[prost(message, optional, tag = "5")]
    read: Option<bool>,
    #[prost(btree_map = "string, string", tag = "6")]
    labels: BTreeMap<String, String>,
}

mod page {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(super) enum Content {
        #[prost(string, tag = "2")]
        Url(String),
        #[prost(bytes, tag = "3")]
        Scan(Vec<u8>),
        #[prost(message, boxed, tag = "4")]
        CopyOf(Box<super::Page>),
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct Save {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    page: Option<Page>,
    #[prost(message, optional, tag = "3")]
    until: Option<agentgen::wkt::Timestamp>,
}

static PAGE: MessageType = MessageType {
    name: "shelf.v1.Page",
    fields: &[
        field("title", 1, Cardinality::Implicit, Kind::String),
        field("url", 2, Cardinality::Oneof(0), Kind::String),
        field("scan", 3, Cardinality::Oneof(0), Kind::Bytes),
        field("copy_of", 4, Cardinality::Oneof(0), Kind::Message(&PAGE)),
        field("read", 5, Cardinality::Optional, Kind::Message(&wkt::BOOL_VALUE)),
        field("labels", 6, Cardinality::Map(&Kind::String), Kind::String),
    ],
    new: codec::new::<Page>,
    rules: None,
};

static SAVE: MessageType = MessageType {
    name: "shelf.v1.Save",
    fields: &[
        field("name", 1, Cardinality::Implicit, Kind::String),
        field("page", 2, Cardinality::Optional, Kind::Message(&PAGE)),
        field("until", 3, Cardinality::Optional, Kind::Message(&wkt::TIMESTAMP)),
    ],
    new: codec::new::<Save>,
    rules: None,
};

impl json::Json for Page {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("title", &self.title)?;
        match &self.content {
            Some(page::Content::Url(value)) => out.present("url", value)?,
            Some(page::Content::Scan(value)) => out.present("scan", value)?,
            Some(page::Content::CopyOf(value)) => out.present("copy_of", value)?,
            None => {}
        }
        out.field("read", &self.read)?;
        out.field("labels", &self.labels)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.title),
            1 => value.read_oneof(&mut self.content, page::Content::Url),
            2 => value.read_oneof(&mut self.content, page::Content::Scan),
            3 => value.read_oneof(&mut self.content, page::Content::CopyOf),
            4 => value.read(&mut self.read),
            5 => value.read(&mut self.labels),
            _ => value.skip(),
        }
    }
}

impl json::Json for Save {
    fn write<S: json::SerializeMap>(&self, out: &mut json::Writer<'_, S>) -> Result<(), S::Error> {
        out.field("name", &self.name)?;
        out.field("page", &self.page)?;
        out.field("until", &self.until)
    }

    fn read<'de, A: json::MapAccess<'de>>(
        &mut self,
        field: usize,
        value: json::Slot<'_, A>,
    ) -> Result<(), A::Error> {
        match field {
            0 => value.read(&mut self.name),
            1 => value.read(&mut self.page),
            2 => value.read(&mut self.until),
            _ => value.skip(),
        }
    }
}

agentgen::messages! { Page => PAGE, Save => SAVE }

const V1: Segment = Segment::Literal("v1");
const PAGE_OF: &Field = &SAVE.fields[1];
const NAME: Variable = Variable { field: &[&SAVE.fields[0]], start: 2, len: 1 };
const URL: Variable = Variable { field: &[PAGE_OF, &PAGE.fields[1]], start: 2, len: 1 };
const READ: Variable = Variable { field: &[PAGE_OF, &PAGE.fields[4]], start: 2, len: 1 };
const UNTIL: Variable = Variable { field: &[&SAVE.fields[2]], start: 2, len: 1 };

const fn route(
    verb: &'static str,
    template: &'static str,
    segments: &'static [Segment],
    variables: &'static [Variable],
    body: Body,
) -> HttpRoute {
    HttpRoute { variables, ..HttpRoute::new(0, verb, template, segments, body) }
}

macro_rules! under {
    ($text:literal) => {
        &[V1, Segment::Literal($text), Segment::Single]
    };
}

static ROUTES: [HttpRoute; 6] = [
    route("PATCH", "/v1/pages/{name}", under!("pages"), &[NAME], Body::Field(PAGE_OF)),
    route("GET", "/v1/pages/{name}", under!("pages"), &[NAME], Body::None),
    route("PUT", "/v1/urls/{page.url}", under!("urls"), &[URL], Body::Field(PAGE_OF)),
    route("POST", "/v1/urls/{page.url}", under!("urls"), &[URL], Body::All),
    route("GET", "/v1/read/{page.read}", under!("read"), &[READ], Body::None),
    route("GET", "/v1/until/{until}", under!("until"), &[UNTIL], Body::None),
];

static METHODS: [Method; 1] = [Method::unary("Save", &SAVE, &SAVE)];

static SHELF: ServiceInfo = ServiceInfo {
    name: "shelf.v1.Shelf",
    methods: &METHODS,
    grpc: &[],
    http: &ROUTES,
    sse: &[],
    queue: &[],
    ..INFO
};

struct Shelf;

impl Glue for Shelf {
    type Agent = Lab;

    fn new(_: Arc<Lab>) -> Self {
        Self
    }
}

impl Service for Shelf {
    fn info(&self) -> &'static ServiceInfo {
        &SHELF
    }

    fn call<'a>(
        &'a self,
        _: usize,
        _: &'a Context,
        call: Call,
    ) -> BoxFuture<'a, Result<Reply, Status>> {
        Box::pin(async move { Reply::unary(Ok::<Save, Status>(call.message()?)) })
    }
}

async fn serve() -> Running {
    Running::start_as::<Shelf>(Server::rest).await
}

async fn patch(server: &Running, query: &str, body: &str) -> Answered {
    server.send("PATCH", &format!("/v1/pages/p?{query}"), body).await
}

fn merged(answer: &Answered, expected: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.json()), (200, expected), "{}", answer.body);
}

fn refused(answer: &Answered, field: &str, text: &str) {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let json = answer.json();
    let violation = &json["error"]["details"][1]["fieldViolations"][0];
    assert_eq!(violation["field"], field, "{json}");
    assert!(violation["description"].as_str().expect("a text").contains(text), "{json}");
}

#[tokio::test]
async fn another_member_of_a_oneof_that_the_body_sets_is_refused() {
    let server = serve().await;
    let another = "another member of the same oneof is set in the body";
    for (query, body, field) in [
        ("page.url=u", r#"{"scan":"AAAA","title":"t"}"#, "page.url"),
        ("page.copy_of.title=t", r#"{"url":"u"}"#, "page.copy_of.title"),
        ("page.copy_of.url=u", r#"{"copy_of":{"scan":""}}"#, "page.copy_of.url"),
        (
            "page.copy_of.copy_of.title=t",
            r#"{"copy_of":{"url":"u"}}"#,
            "page.copy_of.copy_of.title",
        ),
    ] {
        refused(&patch(&server, query, body).await, field, another);
    }
    for (query, body, page) in [
        ("page.url=u", r#"{"title":"t"}"#, json!({ "title": "t", "url": "u" })),
        (
            "page.copy_of.title=t",
            r#"{"copy_of":{"url":"u"}}"#,
            json!({ "copy_of": { "title": "t", "url": "u" } }),
        ),
    ] {
        merged(&patch(&server, query, body).await, &json!({ "name": "p", "page": page }));
    }
    server.end().await;
}

#[tokio::test]
async fn a_path_variable_does_not_replace_another_member_of_its_oneof() {
    let server = serve().await;
    let another = "another member of the same oneof is set in the body";
    for (method, page, whole) in
        [("PUT", r#"{"scan":"AAAA"}"#, false), ("POST", r#"{"page":{"scan":"AAAA"}}"#, true)]
    {
        refused(&server.send(method, "/v1/urls/u", page).await, "page.url", another);
        let same = if whole { r#"{"page":{"url":"u"}}"# } else { r#"{"url":"u"}"# };
        let expected = json!({ "page": { "url": "u" } });
        merged(&server.send(method, "/v1/urls/u", same).await, &expected);
        merged(&server.send(method, "/v1/urls/u", "{}").await, &expected);
    }
    let twice = server.send("PUT", "/v1/urls/u?page.scan=AAAA", "{}").await;
    refused(&twice, "page.scan", "oneof");
    server.end().await;
}

#[tokio::test]
async fn a_value_is_given_as_a_whole_or_in_part_and_not_both() {
    let server = serve().await;
    let twice = "given as a whole and in part";
    for (path, field) in [
        ("/v1/pages/p?page.read=true&page.read.value=false", "page.read.value"),
        ("/v1/pages/p?page.read.value=false&page.read=true", "page.read"),
        ("/v1/pages/p?until.nanos=1&until=2020-01-01T00:00:00Z", "until"),
        // The path wins, and is not added to.
        ("/v1/read/true?page.read.value=false", "page.read.value"),
        ("/v1/until/2020-01-01T00:00:00Z?until.seconds=5", "until.seconds"),
    ] {
        refused(&server.get(path).await, field, twice);
    }
    let expected = json!({ "page": { "read": true } });
    for path in ["/v1/read/true", "/v1/read/true?page.read=true"] {
        merged(&server.get(path).await, &expected);
    }
    let differ = server.get("/v1/read/true?page.read=false").await;
    refused(&differ, "page.read", "the query and the path differ");
    let parts = server.get("/v1/pages/p?until.seconds=1&until.nanos=500000000").await;
    merged(&parts, &json!({ "name": "p", "until": "1970-01-01T00:00:01.500Z" }));
    // A wrapper that holds its default is set all the same.
    let set = "set in the body and in the query";
    for query in ["page.read=true", "page.read.value=true"] {
        let answer = patch(&server, query, r#"{"read":false}"#).await;
        refused(&answer, query.split('=').next().expect("a key"), set);
    }
    server.end().await;
}

#[tokio::test]
async fn a_map_takes_one_key_in_brackets() {
    let server = serve().await;
    let page = |labels: Value| json!({ "name": "p", "page": { "labels": labels } });
    let labels = server.get("/v1/pages/p?page.labels[a]=1&page.labels.b%5Bc%5D=2").await;
    merged(&labels, &page(json!({ "a": "1", "b[c]": "2" })));
    for key in ["page.labels[a][b]", "page.labels[a]]", "page.labels[[a]", "page.labels[a].b]"] {
        let answer = server.get(&format!("/v1/pages/p?{key}=1")).await;
        refused(&answer, "page.labels", "by key");
    }
    server.end().await;
}
