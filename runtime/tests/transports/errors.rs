//! Errors over HTTP in each of their forms, and beside those of gRPC.

use agentgen::client::Channel;
use agentgen::service::Call;
use agentgen::status::{ErrorShape, Reason};
use agentgen::{Code, Context, Server, Status};
use serde_json::{Value, json};

use crate::agent::{LabService, Shaped, every_detail};
use crate::contract::{INFO, Request};
use crate::grpc::{Caller, text};
use crate::running::{Answered, Running, answered};

const ECHO: &str = "/lab.v1.Lab/Echo";

/// Servers of one service, each with another form in its contract.
async fn shaped() -> [(ErrorShape, Running); 3] {
    [
        (ErrorShape::Aip193, Running::start_as::<Shaped<0>>(all).await),
        (ErrorShape::RpcStatus, Running::start_as::<Shaped<1>>(all).await),
        (ErrorShape::ProblemDetails, Running::start_as::<Shaped<2>>(all).await),
    ]
}

fn all<S>(server: Server<S>) -> Server<S> {
    server.grpc().rest().limits(|limits| limits.message_bytes = 1000)
}

/// What the form says of an error: the HTTP status and the canonical code,
/// where it holds them, and the message.
fn told(shape: ErrorShape, body: &Value) -> (Option<u64>, Option<Code>, &str) {
    let text = |value: &Value| value.as_str().and_then(Code::from_name);
    match shape {
        ErrorShape::Aip193 => {
            let error = &body["error"];
            (error["code"].as_u64(), text(&error["status"]), error["message"].as_str().unwrap())
        }
        ErrorShape::RpcStatus => {
            let number = i32::try_from(body["code"].as_i64().unwrap()).unwrap();
            (None, Some(Code::from_number(number)), body["message"].as_str().unwrap())
        }
        ErrorShape::ProblemDetails => {
            (body["status"].as_u64(), text(&body["code"]), body["detail"].as_str().unwrap())
        }
    }
}

fn check(shape: ErrorShape, answer: &Answered, http: u16, code: Code) {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (http, shape.media_type()));
    let body = answer.json();
    let (told_http, told_code, message) = told(shape, &body);
    assert!(told_http.is_none_or(|told| told == u64::from(http)), "{body}");
    assert_eq!(told_code, Some(code), "{body}");
    assert!(!message.is_empty(), "{body}");
}

#[tokio::test]
async fn the_contract_says_the_form_of_every_error_and_accept_may_ask_for_another() {
    for (shape, server) in shaped().await {
        let failed = server.send("POST", ECHO, r#"{"text":"fail"}"#).await;
        check(shape, &failed, 429, Code::ResourceExhausted);
        assert_eq!(failed.header("retry-after"), "2");
        check(shape, &server.get("/nowhere").await, 404, Code::NotFound);
        check(shape, &server.get(ECHO).await, 405, Code::Unimplemented);
        let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(1000));
        check(shape, &server.send("POST", ECHO, &long).await, 413, Code::ResourceExhausted);
        let xml = server.request("POST", ECHO).header("content-type", "text/xml").body("<a/>");
        check(shape, &answered(xml).await, 415, Code::Unimplemented);
        check(shape, &server.send("POST", ECHO, "{").await, 400, Code::InvalidArgument);
        let json = if shape == ErrorShape::ProblemDetails { ErrorShape::Aip193 } else { shape };
        for (accept, expected) in [
            ("application/json, application/problem+json", shape),
            ("application/json;q=0.9, application/problem+json", ErrorShape::ProblemDetails),
            ("application/json, application/problem+json;q=0.1", json),
            ("application/json", shape),
            ("*/*, application/problem+json;q=0", json),
            ("*/*", shape),
        ] {
            for path in [ECHO, "/nowhere"] {
                let request = server.request("DELETE", path).header("accept", accept);
                let answer = answered(request).await;
                let code = if path == ECHO { Code::Unimplemented } else { Code::NotFound };
                check(expected, &answer, answer.status.as_u16(), code);
                assert_eq!(answer.list("vary"), "accept");
            }
        }
        server.end().await;
    }
}

#[tokio::test]
async fn problem_details_name_the_call_by_its_id_where_that_is_a_uuid() {
    let server = Running::start_as::<Shaped<2>>(all).await;
    let fail = |id: Option<&'static str>| {
        let request = server.request("POST", ECHO).body(r#"{"text":"fail"}"#);
        answered(id.into_iter().fold(request, |own, id| own.header("x-correlation-id", id)))
    };
    let fresh = fail(None).await;
    let expected = format!("urn:uuid:{}", fresh.header("x-correlation-id"));
    assert_eq!(fresh.json()["instance"], expected);
    let given = fail(Some("0190163D-8694-739B-AEA5-966C26F8AD91")).await;
    assert_eq!(given.json()["instance"], "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91");
    assert_eq!(fail(Some("job-7")).await.json().get("instance"), None);
    server.end().await;
    let server = Running::start().await;
    let failed = server.send("POST", ECHO, r#"{"text":"fail"}"#).await;
    assert_eq!(failed.json()["error"].get("instance"), None);
    server.end().await;
}

/// What reaches no call, over each transport.
#[tokio::test]
async fn every_refusal_has_the_ids_of_its_request() {
    let server = Running::start_as::<Shaped<2>>(|own| {
        all(own).reflection().connect().limits(|limits| {
            (limits.header_bytes, limits.uri_bytes) = (2000, 300);
        })
    })
    .await;
    let long = "x".repeat(3000);
    let with = |path: &str, name: &'static str, value: &str| {
        server.request("POST", path).header(name, value).body("{}")
    };
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (request, status) in [
        (server.request("GET", "/nowhere"), 404),
        (server.request("GET", ECHO), 405),
        (server.request("GET", &format!("/{}", &long[..400])), 414),
        (server.request("OPTIONS", ECHO), 204),
        (with(ECHO, "host", "evil.example"), 421),
        (with(ECHO, "x-long", &long), 431),
        (with(ECHO, "origin", "https://evil.example"), 403),
        (with("/nowhere", "content-type", "application/grpc-web"), 200),
        (with(ECHO, "content-type", "application/grpc"), 505),
        (with(ECHO, "content-type", "application/grpc+xml"), 415),
        (server.request("PUT", ECHO).header("content-type", "application/grpc"), 405),
        (server.request("PUT", ECHO).header("connect-protocol-version", "1"), 405),
        (with("/lab.v1.Lab/Tail", "content-type", "application/proto"), 415),
        (with(ECHO, "content-type", "application/proto").header("x-long", &long), 431),
    ] {
        let again = request.try_clone().unwrap();
        let fresh = answered(request).await;
        assert_eq!(fresh.status, status, "{}", fresh.body);
        assert_eq!(fresh.header("x-correlation-id").len(), id.len(), "{status}");
        assert_eq!(fresh.header("traceresponse"), "");
        let again = again.header("x-correlation-id", id).header("traceparent", trace);
        let given = answered(again).await;
        assert_eq!(given.header("x-correlation-id"), id, "{status}");
        assert_eq!(given.header("traceresponse")[..35], trace[..35], "{status}");
        if given.header("content-type") == ErrorShape::ProblemDetails.media_type() {
            assert_eq!(given.json()["instance"], format!("urn:uuid:{id}"));
        }
    }
    server.end().await;
}

#[tokio::test]
async fn an_error_within_a_stream_has_the_same_form() {
    for (shape, server) in shaped().await {
        for (accept, problem) in
            [("", shape), (", application/problem+json", ErrorShape::ProblemDetails)]
        {
            let expected = Status::unavailable("cut\noff").to_json_as(problem);
            let send = |form: &str| {
                let request = server.request("POST", "/lab.v1.Lab/Tail");
                let request = request.header("accept", format!("{form}{accept}"));
                answered(request.body(r#"{"text":"fail","count":1}"#))
            };
            let events = send("text/event-stream").await.body;
            assert!(events.ends_with(&format!("event: error\ndata: {expected}\n\n")), "{events}");
            let lines = send("application/x-ndjson").await.body;
            let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
            let inner = expected.get("error").unwrap_or(&expected);
            assert_eq!(last, json!({ "error": inner }));
        }
        server.end().await;
    }
}

#[tokio::test]
async fn services_that_disagree_leave_unknown_routes_to_the_default_of_the_server() {
    for (server, expected) in [
        (
            Running::start_as::<Shaped<2>>(|own| own.rest().error_shape(ErrorShape::RpcStatus))
                .await,
            ErrorShape::RpcStatus,
        ),
        (Running::start_as::<LabService>(Server::rest).await, ErrorShape::Aip193),
    ] {
        check(expected, &server.get("/nowhere").await, 404, Code::NotFound);
        server.end().await;
    }
}

#[tokio::test]
async fn every_detail_holds_the_same_facts_over_http_and_grpc() {
    let expected = every_detail();
    for (shape, server) in shaped().await {
        let url = server.url("");
        for channel in [Channel::grpc(&url).await.unwrap(), Channel::rest(&url).unwrap()] {
            let request = Request { text: "details".to_owned(), ..Request::default() };
            let call = Call::Unary(Box::new(request));
            let status = channel.call(&INFO, 0, &Context::new(), call).await.err().unwrap();
            assert_eq!((status.code(), status.message()), (expected.code(), expected.message()));
            assert_eq!(status.details(), expected.details(), "{shape:?}");
        }
        let answer = server.send("POST", ECHO, r#"{"text":"details"}"#).await;
        assert_eq!(answer.header("retry-after"), "2");
        let mut body = answer.json();
        if shape == ErrorShape::Aip193 {
            body = body["error"].take();
        }
        // As proto3's JSON mapping writes these messages.
        let quota = json!({
            "subject": "s", "description": "d", "quotaDimensions": {"k": "v"},
            "quotaValue": "261", "futureQuotaValue": "7",
        });
        let details = &body["details"];
        assert_eq!(details[0]["metadata"], json!({"phase": "full moon"}));
        assert_eq!(details[1]["retryDelay"], "1.200300s");
        assert_eq!(details[2]["fieldViolations"][0]["localizedMessage"]["locale"], "fr-CH");
        assert_eq!(details[3]["stackEntries"], json!(["a", "b"]));
        assert_eq!(details[4]["violations"][0], quota);
        assert_eq!(details[8]["links"][0]["url"], "http://h/");
        assert_eq!(details[10], json!({"@type": "type.example/lab.Other", "value": "CAE="}));
        server.end().await;
    }
}

/// The reason of an error body of AIP-193.
fn reason(answer: &Answered) -> String {
    let info = answer.json()["error"]["details"][0].take();
    assert_eq!(info["@type"], "type.googleapis.com/google.rpc.ErrorInfo", "{}", answer.body);
    assert_eq!(info["domain"], Reason::DOMAIN);
    // A caller is told in the terms of the protocol, not in those of this crate.
    assert!(!answer.body.contains("Server::"), "{}", answer.body);
    info["reason"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn every_error_of_the_server_itself_says_why() {
    let server = Running::start_with(all).await;
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(1000));
    for (method, path, body, expected) in [
        ("GET", "/nowhere", "", "UNKNOWN_ROUTE"),
        ("PUT", ECHO, "", "UNSUPPORTED_METHOD"),
        ("POST", ECHO, "{", "INVALID_MESSAGE"),
        ("POST", ECHO, r#"{"count":"x"}"#, "INVALID_MESSAGE"),
        ("POST", ECHO, &long, "BODY_TOO_LARGE"),
        ("POST", ECHO, r#"{"text":"panic"}"#, "HANDLER_PANICKED"),
        ("GET", &format!("/v1/echo/a?{}", "x".repeat(9 << 10)), "", "URI_TOO_LONG"),
    ] {
        assert_eq!(reason(&server.send(method, path, body).await), expected, "{body}");
    }
    for (header, value, expected) in [
        ("content-type", "text/xml", "UNSUPPORTED_MEDIA_TYPE"),
        ("content-encoding", "br", "UNSUPPORTED_ENCODING"),
        ("host", "rebound.example", "UNKNOWN_HOST"),
        ("origin", "https://page.example", "ORIGIN_REFUSED"),
    ] {
        let request = server.request("POST", ECHO).header(header, value);
        assert_eq!(reason(&answered(request.body("{}")).await), expected, "{header}");
    }
    let request = server.request("POST", ECHO).header("request-timeout", "0.05");
    let late = answered(request.body(r#"{"text":"hang"}"#)).await;
    assert_eq!(reason(&late), "DEADLINE_EXCEEDED");
    server.end().await;
}

#[tokio::test]
async fn grpc_and_connect_say_why_as_rest_does() {
    let server = Running::start_with(|own| all(own).connect()).await;
    let caller = Caller::of(&server).await;
    for (rpc, request, expected) in [
        ("Echo", text(&"x".repeat(1000), 0), Reason::BodyTooLarge),
        ("Echo", text("panic", 0), Reason::HandlerPanicked),
        ("Nothing", text("a", 0), Reason::UnknownRpc),
    ] {
        let status = caller.unary(rpc, request).await.expect_err("it is refused");
        let status = Status::from_proto(status.details());
        assert_eq!(Reason::of(&status), Some(expected), "{status:?}");
        assert_eq!(status.code(), expected.code());
    }
    drop(caller);
    let request = server.request("POST", ECHO).header("content-type", "application/proto");
    let answer = answered(request.body("x".repeat(1001))).await;
    assert_eq!(answer.json()["details"][0]["type"], "google.rpc.ErrorInfo", "{}", answer.body);
    server.end().await;
}

#[test]
fn the_documentation_lists_every_reason() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rest.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for reason in Reason::all() {
        let row = format!("| `{reason}` | `{}` | {} |", reason.code(), reason.http());
        assert_eq!(page.matches(&row).count(), 1, "{row}");
    }
}
