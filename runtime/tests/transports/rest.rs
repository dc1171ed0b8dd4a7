//! REST: bindings, bodies, errors and headers.

use serde_json::json;

use crate::running::{Answered, Running, answered};

fn violation(answer: &Answered) -> String {
    let json = answer.json();
    json["error"]["details"][1]["fieldViolations"][0]["field"].as_str().unwrap_or("").to_owned()
}

#[tokio::test]
async fn the_default_binding_takes_the_whole_message_as_body() {
    let server = Running::start().await;
    let body = r#"{"text":"a","count":"7","tags":["x"],"unknown":[1]}"#;
    let answer = server.send("POST", "/lab.v1.Lab/Echo?text=ignored", body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.json()["request"],
        json!({ "text": "a", "count": "7", "tags": ["x"] }),
        "{}",
        answer.body
    );
    server.end().await;
}

#[tokio::test]
async fn path_and_query_fill_the_fields_of_a_route_without_body() {
    let server = Running::start().await;
    let path = "/v1/echo/a%2Fb%20c?count=-5&tags=x&tags=y+z&inner.size=3&alt=json&$x=1&key=k";
    let answer = server.get(path).await;
    assert_eq!(
        answer.json()["request"],
        json!({ "text": "a/b c", "count": "-5", "tags": ["x", "y z"], "inner": { "size": 3 } })
    );
    assert_eq!(answer.header("x-lab"), "rest");
    server.end().await;
}

#[tokio::test]
async fn the_path_wins_over_an_equal_body_and_refuses_a_different_one() {
    let server = Running::start().await;
    let patch = |body: &'static str| server.send("PATCH", "/v1/inner/i1?count=2", body);
    let expected = json!({ "count": "2", "inner": { "id": "i1", "size": 4 } });
    for body in [r#"{"size":4}"#, r#"{"id":"i1","size":4}"#] {
        let answer = patch(body).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, expected.clone()), "{body}");
    }
    let answer = patch(r#"{"id":"other"}"#).await;
    assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, "inner.id"));
    // The body cannot smuggle in a neighbour of its field.
    assert_eq!(patch(r#"{},"text":"smuggled""#).await.status, 400);
    server.end().await;
}

#[tokio::test]
async fn a_query_that_contradicts_path_or_body_is_refused() {
    let server = Running::start().await;
    assert_eq!(server.get("/v1/echo/a?text=a").await.status, 200);
    assert_eq!(server.get("/v1/echo/a?text=b").await.status, 400);
    let answer = server.send("PATCH", "/v1/inner/i?inner.size=1", r#"{"size":2}"#).await;
    assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, "inner.size"));
    let answer = server.send("PATCH", "/v1/inner/i?inner.size=1", "{}").await;
    assert_eq!(answer.json()["inner"]["size"], 1);
    server.end().await;
}

#[tokio::test]
async fn bad_values_name_their_field() {
    let server = Running::start().await;
    for (path, field) in [
        ("/v1/echo/a?count=5.0", "count"),
        ("/v1/echo/a?count=1&count=2", "count"),
        ("/v1/echo/a?inner.size=", "inner.size"),
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, field), "{path}");
        assert_eq!(answer.json()["error"]["status"], "INVALID_ARGUMENT");
    }
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"inner":{"size":"x"}}"#).await;
    assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, "inner.size"));
    for body in ["{", "[]", r#"{"text":"a"} x"#, r#"{"text":"a","text":"b"}"#] {
        assert_eq!(server.send("POST", "/lab.v1.Lab/Echo", body).await.status, 400, "{body}");
    }
    assert_eq!(server.get("/v1/echo/%zz").await.status, 400);
    server.end().await;
}

#[tokio::test]
async fn a_value_of_a_query_that_cannot_be_decoded_names_its_field() {
    let server = Running::start().await;
    for (query, field) in [
        ("count=%zz", "count"),
        ("text=%ff", "text"),
        ("inner%2Esize=%", "inner.size"),
        ("%zz=1", ""),
    ] {
        let answer = server.get(&format!("/v1/echo/a?{query}")).await;
        assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, field), "{query}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_body_counts_where_the_rule_has_one() {
    let server = Running::start().await;
    let get = server.request("GET", "/v1/echo/a").header("content-type", "application/json");
    let answer = answered(get.body("{ garbage")).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["request"]), (200, &json!({"text": "a"})));
    let answer = answered(server.request("PATCH", "/v1/inner/i1")).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"inner": {"id": "i1"}})));
    let answer = server.send("DELETE", "/v1/notes/n", r#"{"count":3}"#).await;
    let expected = json!({"text": "n", "count": "3"});
    assert_eq!((answer.status.as_u16(), &answer.json()["request"]), (200, &expected));
    server.end().await;
}

#[tokio::test]
async fn a_rule_for_options_reaches_its_handler() {
    let server = Running::start().await;
    let answer = answered(server.request("OPTIONS", "/v1/notes/n?count=2")).await;
    let expected = json!({"text": "n", "count": "2"});
    assert_eq!((answer.status.as_u16(), &answer.json()["request"]), (200, &expected));
    server.end().await;
}

#[tokio::test]
async fn a_handler_cannot_set_what_frames_a_reply() {
    let server = Running::start().await;
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"text":"reserved"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "{}"));
    assert_eq!(answer.header("content-length"), "2");
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("grpc-")));
    server.end().await;
}

#[tokio::test]
async fn an_error_is_the_object_of_aip_193_with_retry_after() {
    let server = Running::start().await;
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"text":"fail"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "2"));
    let error = &answer.json()["error"];
    assert_eq!(error["code"], 429);
    assert_eq!(error["status"], "RESOURCE_EXHAUSTED");
    assert_eq!(error["message"], "busy: é");
    assert_eq!(error["details"][0]["@type"], "type.googleapis.com/google.rpc.ErrorInfo");
    assert_eq!(error["details"][0]["reason"], "MODEL_BUSY");
    assert_eq!(error["details"][1]["retryDelay"], "1.500s");
    server.end().await;
}

#[tokio::test]
async fn other_paths_methods_and_verbs_get_404_and_405() {
    let server = Running::start().await;
    let answer = server.get("/nowhere").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (404, &json!(404)));
    let answer = server.get("/lab.v1.Lab/Echo").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "OPTIONS, POST"));
    assert_eq!(answer.json()["error"]["code"], 405);
    let answer = server.send("DELETE", "/v1/echo/a", "").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, OPTIONS"));
    let answer = answered(server.request("OPTIONS", "/v1/echo/a")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (204, "GET, HEAD, OPTIONS"));
    // A registered verb is not the text of the unverbed route.
    assert_eq!(server.get("/v1/echo/a:shout").await.status, 405);
    assert_eq!(server.send("POST", "/v1/echo/a:shout", "").await.status, 200);
    // Nor is it where its letters are escaped.
    assert_eq!(server.get("/v1/echo/a:sh%6Fut").await.status, 405);
    assert_eq!(server.send("POST", "/v1/echo/a:%73hout", "").await.status, 200);
    let answer = server.get("/v1/echo/a%3Ashout").await;
    assert_eq!(answer.json()["request"]["text"], "a:shout", "an escaped colon begins none");
    server.end().await;
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Running::start().await;
    let get = server.get("/v1/echo/a").await;
    let head = answered(server.request("HEAD", "/v1/echo/a")).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
    server.end().await;
}

#[tokio::test]
async fn bodies_of_another_type_or_size_are_refused() {
    let server = Running::start_with(|own| own.rest().limits(|limits| limits.message_bytes = 100));
    let server = server.await;
    let request = server.request("POST", "/lab.v1.Lab/Echo").header("content-type", "text/plain");
    assert_eq!(answered(request.body("{}")).await.status, 415);
    let request = server.request("POST", "/lab.v1.Lab/Echo");
    let request = request.header("content-type", "application/vnd.x+json; charset=utf-8");
    assert_eq!(answered(request.body("{}")).await.status, 200);
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(100));
    let answer = server.send("POST", "/lab.v1.Lab/Echo", &long).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (413, &json!(413)));
    // Without a length, the limit holds as the body comes in.
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>(long.clone()), Ok(long)]);
    let request = server.request("POST", "/lab.v1.Lab/Echo");
    let answer = answered(request.body(reqwest::Body::wrap_stream(chunks))).await;
    assert_eq!(answer.status, 413);
    server.end().await;
}

#[tokio::test]
async fn a_raw_body_goes_in_and_out_with_its_content_type() {
    let server = Running::start().await;
    let request = server.request("POST", "/v1/blob").header("content-type", "image/x-lab");
    let answer = answered(request.body("abc")).await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), ("cba", "image/x-lab"));
    let answer = server.send("POST", "/lab.v1.Lab/Blobs", "{}").await;
    assert_eq!((answer.body.as_str(), answer.header("content-type")), ("a,b\n1,2\n", "text/csv"));
    server.end().await;
}

#[tokio::test]
async fn a_request_stream_is_ndjson_or_an_array() {
    let server = Running::start().await;
    let bodies = [
        ("application/x-ndjson", "{\"text\":\"a\",\"count\":1}\n{\"text\":\"b\",\"count\":2}\n"),
        ("application/json", r#"[{"text":"a","count":1}, {"text":"b","count":2}]"#),
    ];
    for (media, body) in bodies {
        let request = server.request("POST", "/lab.v1.Lab/Collect").header("content-type", media);
        let answer = answered(request.body(body)).await;
        assert_eq!(answer.json(), json!({ "text": "ab", "count": "3" }), "{media}");
        let request = server.request("POST", "/lab.v1.Lab/Talk").header("content-type", media);
        let answer = answered(request.header("accept", "application/x-ndjson").body(body)).await;
        assert_eq!(answer.body, body_lines(), "{media}");
    }
    let request = server.request("POST", "/lab.v1.Lab/Collect");
    let answer = answered(request.header("content-type", "text/csv").body("a")).await;
    assert_eq!(answer.status, 415);
    let answer = server.send("POST", "/lab.v1.Lab/Collect", "[{}").await;
    assert_eq!(answer.status, 400);
    server.end().await;
}

#[tokio::test]
async fn a_fault_in_a_request_stream_names_the_message_and_the_place_in_the_body() {
    let server = Running::start().await;
    for (media, body, field, place) in [
        ("application/json", r#"[{"text":"a"},{"text":1},{"text":2}]"#, "[1].text", (1, 23)),
        ("application/json", "[{},\n {\n\"count\":\"x\"}]", "[1].count", (3, 11)),
        ("application/json", "{\n\"count\":\"x\"}", "count", (2, 11)),
        ("application/x-ndjson", "{}\n\n{}\n  {\"count\":\"x\"}\n", "[2].count", (4, 14)),
        ("application/json-seq", "\u{1e}{}\n\u{1e}{\"count\":\"x\"}\n", "[1].count", (2, 13)),
    ] {
        let request = server.request("POST", "/lab.v1.Lab/Collect").header("content-type", media);
        let answer = answered(request.body(body)).await;
        assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, field), "{body}");
        let (line, column) = place;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.ends_with(&format!(" at line {line} column {column}")), "{message}");
    }
    for (body, place) in [("[{},\n{} {}]", "line 2 column 4"), ("[{},\n", "line 2 column 0")] {
        let answer = server.send("POST", "/lab.v1.Lab/Collect", body).await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.ends_with(&format!(" at {place}")), "{message}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_fault_in_a_body_that_is_a_field_has_its_place_in_the_body() {
    let server = Running::start().await;
    for (body, place) in [
        (r#"{"size":"x"}"#, "line 1 column 11"),
        (r#"  {"size":"x"}"#, "line 1 column 13"),
        ("{\n \"size\":\"x\"}", "line 2 column 11"),
        ("{", "line 1 column 1"),
    ] {
        let answer = server.send("PATCH", "/v1/inner/i", body).await;
        assert_eq!(answer.status, 400, "{body}");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("inner"), "{message}");
        assert!(message.ends_with(&format!(" at {place}")), "{message}");
    }
    server.end().await;
}

fn body_lines() -> &'static str {
    "{\"text\":\"a\",\"count\":\"1\"}\n{\"text\":\"b\",\"count\":\"2\"}\n"
}

#[tokio::test]
async fn ids_come_back_and_are_made_where_they_are_missing() {
    let server = Running::start().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = server.request("GET", "/v1/echo/a");
    let request = request.header("x-correlation-id", "job-7").header("traceparent", trace);
    let answer = answered(request).await;
    assert_eq!(answer.header("x-correlation-id"), "job-7");
    assert_eq!(answer.json()["text"], "job-7");
    let traced = answer.header("traceresponse");
    assert!(traced.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"), "{traced}");
    assert!(!traced.contains("00f067aa0ba902b7"), "the span is the server's own: {traced}");
    let answer = server.get("/v1/echo/a").await;
    assert_eq!(answer.header("x-correlation-id").len(), 36);
    let answer = server.send("POST", "/lab.v1.Lab/Echo", r#"{"text":"fail"}"#).await;
    assert_eq!(answer.header("x-correlation-id").len(), 36, "errors carry it too");
    server.end().await;
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let server = Running::start().await;
    let answer = server.get("/openapi.json").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json()["info"]["title"], "Lab");
    server.end().await;
}

#[tokio::test]
async fn a_trailing_slash_counts_unless_the_rules_are_lenient() {
    let server = Running::start().await;
    assert_eq!(server.get("/v1/echo/a/").await.status, 404);
    server.end().await;
    let server =
        Running::start_with(|own| own.path_rules(|rules| rules.lenient_slash = true)).await;
    assert_eq!(server.get("/v1/echo/a/").await.status, 200);
    server.end().await;
}

#[tokio::test]
async fn two_services_with_one_route_do_not_start() {
    use crate::agent::{Lab, LabService};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let twin = agentgen::Server::<LabService>::new(Lab::default());
    let server = agentgen::Server::<LabService>::new(Lab::default()).add_service(twin).rest();
    let error = server.serve(listener).await.unwrap_err();
    assert_eq!(error.code(), agentgen::Code::FailedPrecondition);
    let expected = "lab.v1.Lab/Echo and lab.v1.Lab/Echo are both bound to POST /lab.v1.Lab/Echo";
    assert!(error.message().starts_with(expected), "{error}");
}

#[tokio::test]
async fn two_services_with_one_route_start_where_conflicts_may_go_unserved() {
    use crate::agent::{Lab, LabService};

    let server = Running::start_with(|own| {
        own.add_service(agentgen::Server::<LabService>::new(Lab::default()))
            .path_rules(|rules| rules.conflicts = agentgen::server::Conflicts::Unserved)
    });
    let server = server.await;
    assert_eq!(server.get("/v1/echo/a").await.status, 404);
    server.end().await;
}

#[tokio::test]
async fn unknown_query_keys_are_ignored_unless_the_rules_refuse_them() {
    let path = "/v1/echo/a?alt=json&$fields=x&key=k&prettyPrint=true&lastEventId=3&";
    let server = Running::start().await;
    assert_eq!(server.get(&format!("{path}cuont=1&text.x=1")).await.status, 200);
    server.end().await;
    let server =
        Running::start_with(|own| own.query_rules(|rules| rules.reject_unknown = true)).await;
    assert_eq!(server.get(path).await.status, 200);
    for key in ["cuont", "text.x", "inner.no"] {
        let answer = server.get(&format!("{path}{key}=1")).await;
        assert_eq!((answer.status.as_u16(), violation(&answer).as_str()), (400, key));
    }
    server.end().await;
}

#[tokio::test]
async fn commas_and_pluses_in_a_query_mean_what_the_rules_say() {
    let path = "/v1/echo/a?tags=x,y&tags=a+b";
    let server = Running::start().await;
    assert_eq!(server.get(path).await.json()["request"]["tags"], json!(["x,y", "a b"]));
    server.end().await;
    let server = Running::start_with(|own| {
        own.query_rules(|rules| {
            rules.comma_lists = true;
            rules.plus_is_space = false;
        })
    });
    let server = server.await;
    assert_eq!(server.get(path).await.json()["request"]["tags"], json!(["x", "y", "a+b"]));
    server.end().await;
}

#[tokio::test]
async fn a_handler_sees_the_query_as_it_was_sent() {
    let server = Running::start().await;
    let answer = server.get("/v1/echo/a?x=%20+y&count=1").await;
    assert_eq!(answer.header("x-query"), "x=%20+y&count=1");
    assert_eq!(server.get("/v1/echo/a").await.header("x-query"), "none");
    server.end().await;
}
