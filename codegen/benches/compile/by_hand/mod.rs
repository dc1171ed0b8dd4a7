//! tonic-prost-build alone, with axum handlers for the same rpcs as one writes
//! them (messages with serde, a function for each rpc), and with a queue beside.

/// The build script of a contract with serde, and what it does with the descriptors first.
macro_rules! build_with_serde {
    ($first:literal) => {
        concat!(
            "fn main() {
    println!(\"cargo::rerun-if-changed=bench.proto\");
    let set = protox::compile([\"bench.proto\"], [\".\"]).unwrap();
",
            $first,
            "    let derive = \"#[derive(serde::Serialize, serde::Deserialize)]\";
    let names = \"#[serde(rename_all = \\\"camelCase\\\")]\";
    tonic_prost_build::configure()
        .type_attribute(\".\", derive)
        .type_attribute(\".\", names)
        .message_attribute(\".\", \"#[serde(default)]\")
        .compile_fds(set)
        .unwrap();
}
"
        )
    };
}

mod queue;

use std::fmt::Write as _;

pub(crate) use queue::EVERY_TRANSPORT;

use super::contract::{RPCS, SERVICES, is_stream, messages};
use super::workspace::{Contract, Variant};

pub(crate) const TONIC: Variant = Variant {
    name: "tonic",
    contract: Some(Contract {
        dependencies: "prost = \"0.14\"\n\
                       tonic = { version = \"0.14\", default-features = false, features = [\"codegen\", \"channel\", \"router\"] }\n\
                       tonic-prost = { version = \"0.14\", default-features = false }\n",
        build_dependencies: BUILD,
        build: "fn main() {
    println!(\"cargo::rerun-if-changed=bench.proto\");
    let set = protox::compile([\"bench.proto\"], [\".\"]).unwrap();
    tonic_prost_build::configure().compile_fds(set).unwrap();
}
",
        lib: LIB,
    }),
    dependencies: "tonic = { version = \"0.14\", default-features = false, features = [\"codegen\", \"transport\", \"router\"] }\n\
                   tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n\
                   futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }\n",
    main: tonic_main,
    service: tonic_service,
};

pub(crate) const TONIC_AND_AXUM: Variant = Variant {
    name: "tonic-and-axum",
    contract: Some(Contract {
        dependencies: WITH_SERDE,
        build_dependencies: BUILD,
        build: build_with_serde!(""),
        lib: LIB,
    }),
    dependencies: "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"http2\", \"json\", \"tokio\"] }\n\
                   serde_json = \"1\"\n\
                   tonic = { version = \"0.14\", default-features = false, features = [\"codegen\", \"transport\", \"router\"] }\n\
                   tokio = { version = \"1\", features = [\"net\", \"rt-multi-thread\", \"macros\"] }\n\
                   futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }\n",
    main: axum_main,
    service: |number, changed| tonic_service(number, changed) + &handlers(number),
};

/// What generated code with serde depends on.
const WITH_SERDE: &str = "prost = \"0.14\"\n\
                          serde = { version = \"1\", features = [\"derive\"] }\n\
                          tonic = { version = \"0.14\", default-features = false, features = [\"codegen\", \"channel\", \"router\"] }\n\
                          tonic-prost = { version = \"0.14\", default-features = false }\n";

const BUILD: &str = "prost = \"0.14\"\n\
                     protox = { version = \"0.10\", default-features = false }\n\
                     tonic-prost-build = { version = \"0.14\", default-features = false, features = [\"transport\"] }\n";

const LIB: &str = "//! Generated.\ntonic::include_proto!(\"bench.v1\");\n";

fn tonic_service(number: usize, changed: usize) -> String {
    let mut text = format!(
        "use contract::*;\nuse contract::service{number}_server::Service{number};\nuse tonic::{{Request, Response, Status}};\n\n\
         pub struct Agent{number};\n\n#[tonic::async_trait]\nimpl Service{number} for Agent{number} {{\n"
    );
    for rpc in 0..RPCS {
        let (from, to) = messages(number, rpc);
        let reply =
            format!("Message{to} {{ name: request.name, count: {changed}, ..Default::default() }}");
        let (ty, value) = if is_stream(rpc) {
            let item = format!("std::result::Result<Message{to}, Status>");
            let _ = writeln!(
                text,
                "    type Call{rpc}Stream = futures_util::stream::BoxStream<'static, {item}>;"
            );
            let stream = format!("Box::pin(futures_util::stream::iter([Ok({reply})]))");
            (format!("Self::Call{rpc}Stream"), stream)
        } else {
            (format!("Message{to}"), reply)
        };
        let _ = writeln!(
            text,
            "    async fn call{rpc}(&self, request: Request<Message{from}>) -> Result<Response<{ty}>, Status> {{\n        \
             let request = request.into_inner();\n        Ok(Response::new({value}))\n    }}"
        );
    }
    text + "}\n"
}

fn handlers(number: usize) -> String {
    let mut text = String::from(
        "\nuse std::convert::Infallible;\nuse std::sync::Arc;\nuse axum::extract::State;\n\
         use axum::response::sse::{Event, KeepAlive, Sse};\nuse axum::{Json, Router, routing::post};\n\
         use futures_util::{Stream, StreamExt as _};\nuse crate::Failure;\n\n",
    );
    let mut routes = String::new();
    for rpc in 0..RPCS {
        let (from, to) = messages(number, rpc);
        let head = format!(
            "async fn rest{rpc}(State(agent): State<Arc<Agent{number}>>, Json(body): Json<Message{from}>)"
        );
        let call = format!("agent.call{rpc}(Request::new(body)).await?.into_inner()");
        let _ = if is_stream(rpc) {
            writeln!(
                text,
                "{head} -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {{\n    \
                 let stream = {call}.map(|item| Ok(match item {{\n        \
                 Ok(message) => Event::default().json_data(message).unwrap_or_default(),\n        \
                 Err(status) => Event::default().event(\"error\").data(status.message()),\n    }}));\n    \
                 Ok(Sse::new(stream).keep_alive(KeepAlive::default()))\n}}\n"
            )
        } else {
            writeln!(
                text,
                "{head} -> Result<Json<Message{to}>, Failure> {{\n    Ok(Json({call}))\n}}\n"
            )
        };
        let _ =
            writeln!(routes, "        .route(\"/v1/service{number}/call{rpc}\", post(rest{rpc}))");
    }
    let _ = write!(
        text,
        "pub fn router(agent: Arc<Agent{number}>) -> Router {{\n    Router::new()\n{routes}        .with_state(agent)\n}}\n"
    );
    text
}

fn modules() -> String {
    (0..SERVICES).fold(String::from("//! Serves the contract.\n"), |mut text, number| {
        let _ = writeln!(text, "mod agent{number};");
        text
    })
}

fn tonic_main() -> String {
    let mut text = modules();
    text.push_str("\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n    tonic::transport::Server::builder()\n");
    for number in 0..SERVICES {
        let _ = writeln!(
            text,
            "        .add_service(contract::service{number}_server::Service{number}Server::new(agent{number}::Agent{number}))"
        );
    }
    text + "        .serve(\"127.0.0.1:8080\".parse()?).await?;\n    Ok(())\n}\n"
}

fn axum_main() -> String {
    program("", "")
}

/// A program that serves gRPC and REST; items of its own, and what it does before.
fn program(items: &str, before: &str) -> String {
    let mut text = modules();
    text.push_str(FAILURE);
    let _ = write!(
        text,
        "{items}\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let mut grpc = tonic::service::Routes::builder();\n    \
         let mut rest = axum::Router::new();\n"
    );
    for number in 0..SERVICES {
        let _ = writeln!(
            text,
            "    let agent{number} = std::sync::Arc::new(agent{number}::Agent{number});\n    \
             grpc.add_service(contract::service{number}_server::Service{number}Server::from_arc(agent{number}.clone()));\n    \
             rest = rest.merge(agent{number}::router(agent{number}.clone()));"
        );
    }
    text.push_str(before);
    text + "    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:8080\").await?;\n    \
            let app = rest.merge(grpc.routes().into_axum_router());\n    \
            Ok(axum::serve(listener, app).await?)\n}\n"
}

const FAILURE: &str = "
use axum::response::{IntoResponse, Response};

pub struct Failure(tonic::Status);

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self(status)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let code = match self.0.code() {
            tonic::Code::InvalidArgument => axum::http::StatusCode::BAD_REQUEST,
            tonic::Code::NotFound => axum::http::StatusCode::NOT_FOUND,
            _ => axum::http::StatusCode::INTERNAL_SERVER_ERROR,
        };
        let body = serde_json::json!({ \"message\": self.0.message() });
        (code, axum::Json(body)).into_response()
    }
}
";
