//! Serves a contract by the runtime's own router, and asks every binding for
//! its rpc. The router is compared with a search that tries every template.

use std::sync::Arc;

use agentgen::codec::wkt::EMPTY;
use agentgen::codec::{Cardinality, Field, Kind};
use agentgen::service::{
    self, Body, Call, Glue, HttpRoute, Idempotency, Method, ReplyFuture, ServiceInfo, Shape,
    Variable,
};
use agentgen::status::ErrorShape;
use agentgen::{Context, Server, Status};
use agentgen_codegen::contract::{self, Contract, HttpBinding, Segment, Template};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A service that answers every call with the name of the rpc.
struct Public(&'static ServiceInfo);

impl service::Service for Public {
    fn info(&self) -> &'static ServiceInfo {
        self.0
    }

    fn call<'a>(&'a self, method: usize, _: &'a Context, _: Call) -> ReplyFuture<'a> {
        let (service, method) = (self.0.name, self.0.methods[method].name);
        Box::pin(async move { Err(Status::not_found(format!("{service}.{method}"))) })
    }
}

impl Glue for Public {
    type Agent = &'static ServiceInfo;

    fn new(agent: Arc<Self::Agent>) -> Self {
        Self(*agent)
    }
}

/// Everything that is wrong with the routes of a contract.
pub(crate) async fn faults(contract: &Contract) -> Vec<String> {
    let mut infos = contract.services().map(info);
    let Some(first) = infos.next() else { return Vec::new() };
    let server = infos.fold(Server::<Public>::new(first), |server, info| {
        server.add_service(Server::<Public>::new(info))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let server = server.rest().shutdown_on(async { _ = stopped.await });
    let asked = async {
        let faults = ask(contract, &format!("http://{address}")).await;
        drop(stop);
        faults
    };
    match tokio::join!(server.serve(listener), asked) {
        (Ok(()), faults) => faults,
        (Err(error), _) => vec![format!("the server does not start: {error}")],
    }
}

/// Sends a request that each binding matches.
async fn ask(contract: &Contract, base: &str) -> Vec<String> {
    let methods = contract.services().flat_map(|service| &service.methods);
    let routes: Vec<_> =
        methods.flat_map(|rpc| rpc.http.iter().map(move |binding| (rpc, binding))).collect();
    let client = reqwest::Client::new();
    let mut faults = Vec::new();
    for (_, binding) in &routes {
        let sample = sample(&binding.template);
        let verb = if binding.verb == "*" { "GET" } else { &binding.verb };
        let verb = reqwest::Method::from_bytes(verb.as_bytes()).expect("a method");
        let answer = client.request(verb.clone(), format!("{base}{}", sample.text)).send().await;
        let answer = match answer {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            // The server did not start: its own error says why.
            Err(_) => return faults,
        };
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        let wanted = expected(&routes, verb.as_str(), &sample);
        if answer["error"]["message"] != wanted {
            faults.push(format!("{verb} {}: {answer} instead of {wanted}", sample.text));
        }
    }
    faults
}

/// The rpc that a request leads to, by trying every template.
fn expected<'c>(
    routes: &[(&'c contract::Method, &HttpBinding)],
    verb: &str,
    path: &Template,
) -> &'c str {
    let fits = |binding: &HttpBinding| {
        (binding.verb == verb || binding.verb == "*") && binding.template.includes(path)
    };
    let found = routes.iter().filter(|(_, binding)| fits(binding)).min_by(|(_, a), (_, b)| {
        let any = |binding: &HttpBinding| binding.verb == "*";
        a.template.precedence(&b.template).then_with(|| any(a).cmp(&any(b)))
    });
    found.map_or("", |(rpc, _)| &rpc.full_name)
}

/// A path that a template matches.
fn sample(template: &Template) -> Template {
    let segments = template.segments.iter().flat_map(|segment| match segment {
        Segment::Literal(text) => vec![text.clone()],
        Segment::Single => vec!["x".to_owned()],
        Segment::Rest => vec!["x".to_owned(), "y".to_owned()],
    });
    let segments: Vec<_> = segments.collect();
    let verb = template.verb.as_ref().map(|verb| format!(":{verb}")).unwrap_or_default();
    let text = format!("/{}{verb}", segments.join("/"));
    let segments = segments.into_iter().map(Segment::Literal).collect();
    Template { text, segments, verb: template.verb.clone(), variables: Vec::new() }
}

/// The tables that generated code would hold, for good: a test ends soon.
fn info(service: &contract::Service) -> &'static ServiceInfo {
    let methods = service.methods.iter().map(|method| Method {
        name: text(&method.name),
        shape: shape(method.shape),
        input: &EMPTY,
        output: &EMPTY,
        timeout: None,
        idempotency: Idempotency::Unknown,
        scopes: &[],
        validated: false,
    });
    let routes =
        service.methods.iter().enumerate().flat_map(|(index, method)| {
            method.http.iter().map(move |binding| route(index, binding))
        });
    Box::leak(Box::new(ServiceInfo {
        name: text(&service.full_name),
        methods: methods.collect::<Vec<_>>().leak(),
        grpc: &[],
        http: routes.collect::<Vec<_>>().leak(),
        sse: &[],
        queue: &[],
        openapi: "",
        asyncapi: "",
        tools: &[],
        descriptors: &[],
        digest: "",
        error_shape: ErrorShape::Aip193,
    }))
}

fn shape(shape: contract::Shape) -> Shape {
    match shape {
        contract::Shape::Unary => Shape::Unary,
        contract::Shape::ServerStream => Shape::ServerStream,
        contract::Shape::ClientStream => Shape::ClientStream,
        contract::Shape::Bidi => Shape::Bidi,
    }
}

fn route(method: usize, binding: &HttpBinding) -> HttpRoute {
    let template = &binding.template;
    let segments = template.segments.iter().map(|segment| match segment {
        Segment::Literal(literal) => service::Segment::Literal(text(literal)),
        Segment::Single => service::Segment::Single,
        Segment::Rest => service::Segment::Rest,
    });
    let variables = template.variables.iter().zip(1..).map(|(variable, number)| {
        let name = text(&variable.path.join("."));
        let (cardinality, kind) = (Cardinality::Implicit, Kind::String);
        let field = Field { name, json: name, number, cardinality, kind };
        let field: &'static Field = Box::leak(Box::new(field));
        Variable { field: vec![field].leak(), start: variable.start, len: variable.len }
    });
    let body = if binding.body == contract::HttpBody::None { Body::None } else { Body::All };
    let segments = segments.collect::<Vec<_>>().leak();
    HttpRoute {
        custom_verb: template.verb.as_deref().map(text),
        variables: variables.collect::<Vec<_>>().leak(),
        ..HttpRoute::new(method, text(&binding.verb), text(&template.text), segments, body)
    }
}

fn text(own: &str) -> &'static str {
    own.to_owned().leak()
}
