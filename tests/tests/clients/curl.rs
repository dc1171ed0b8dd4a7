//! curl against REST, server-sent events and NDJSON.

use std::process::Output;

use agentgen_tests::environment::system;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::archive;

/// Runs curl on a path of a served archive; the last line it prints is the
/// HTTP status.
async fn curl(arguments: &[&str], path: &str) -> (u16, String) {
    let serving = archive::serve().await;
    let mut curl = Command::new(system("curl"));
    curl.args(["--silent", "--show-error", "--max-time", "20", "--write-out", "\n%{http_code}"]);
    let Output { status, stdout, stderr } = curl
        .args(arguments)
        .arg(format!("{}{path}", serving.url()))
        .output()
        .await
        .expect("curl starts");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    serving.stop().await;
    let text = String::from_utf8(stdout).expect("the reply is text");
    let (body, code) = text.rsplit_once('\n').expect("there is a status");
    (code.parse().expect("the status is a number"), body.to_owned())
}

async fn curl_json(arguments: &[&str], path: &str) -> (u16, Value) {
    let (code, body) = curl(arguments, path).await;
    (code, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}")))
}

#[tokio::test]
async fn a_get_binds_path_and_query() {
    let path = "/v1/shelves/a%2Fb/documents?filter.labels=x&filter.labels=y&page_token=t";
    let (code, body) = curl_json(&["--globoff"], path).await;
    assert_eq!(code, 200, "{body}");
    assert_eq!(body["nextPageToken"], "t");
    assert_eq!(body["documents"][1]["name"], "shelves/a%2Fb/documents/y");
}

#[tokio::test]
async fn a_failure_is_a_status_and_a_json_error() {
    let (code, body) = curl_json(&[], "/v1/shelves/1/documents/missing").await;
    assert_eq!(code, 404);
    assert_eq!(body["error"]["status"], "NOT_FOUND");
    assert_eq!(body["error"]["details"][0]["reason"], "DOCUMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_patch_takes_its_name_from_the_path_and_the_rest_from_the_body() {
    let arguments = ["--request", "PATCH", "--json", r#"{"title": "New", "kind": "LETTER"}"#];
    let (code, body) = curl_json(&arguments, "/v1/shelves/1/documents/2?updateMask=title").await;
    assert_eq!(code, 200, "{body}");
    let expected = json!({ "name": "shelves/1/documents/2", "title": "New", "kind": "LETTER" });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_reply_field_that_is_the_body_comes_alone() {
    let (code, body) = curl(&[], "/v1/shelves/1/documents/2:count").await;
    assert_eq!((code, body.as_str()), (200, "\"4\""));
}

#[tokio::test]
async fn scopes_are_asked_for() {
    let body = ["--json", r#"{"title": "T"}"#];
    let (refused, _) = curl_json(&body, "/v1/shelves/1/documents").await;
    assert!([401, 403].contains(&refused), "{refused}");
    let arguments = [&body[..], &["--header", "Authorization: Bearer writer"]].concat();
    let (code, created) = curl_json(&arguments, "/v1/shelves/1/documents").await;
    assert_eq!((code, &created["name"]), (200, &json!("shelves/1/documents/new")));
}

#[tokio::test]
async fn events_are_numbered_and_end_with_a_word() {
    let arguments = ["--no-buffer", "--header", "Accept: text/event-stream"];
    let (code, body) = curl(&arguments, "/v1/aloud?text=one+two%20three").await;
    assert_eq!(code, 200);
    let events: Vec<_> = body.split("\n\n").filter(|event| event.contains("data:")).collect();
    // A stream that can be resumed has a name, with which its ids begin.
    let name = body.split_once("id: ").and_then(|(_, id)| id.split_once('-')).expect("a name").0;
    let word = |text: &str, index: u32| {
        format!("data: {{\"text\":\"{text}\",\"index\":{index}}}\nid: {name}-{index}")
    };
    let end = "event: end\ndata: {}\nid: ~end".to_owned();
    let expected = [word("one", 1), word("two", 2), word("three", 3), end];
    assert_eq!(events, expected);
}

#[tokio::test]
async fn a_stream_that_resumes_begins_after_the_last_event() {
    let arguments = ["--header", "Accept: text/event-stream", "--header", "Last-Event-ID: 2"];
    let (_, body) = curl(&arguments, "/v1/aloud?text=one+two+three").await;
    assert!(body.contains("three") && !body.contains("two"), "{body}");
}

#[tokio::test]
async fn lines_and_arrays_come_by_accept() {
    let lines = ["--header", "Accept: application/x-ndjson"];
    let (_, body) = curl(&lines, "/v1/aloud?text=one+two").await;
    assert_eq!(body, "{\"text\":\"one\",\"index\":1}\n{\"text\":\"two\",\"index\":2}\n");
    let array = ["--header", "Accept: application/json"];
    let (_, body) = curl_json(&array, "/v1/aloud?text=one+two").await;
    assert_eq!(body, json!([{ "text": "one", "index": 1 }, { "text": "two", "index": 2 }]));
}

#[tokio::test]
async fn an_error_inside_a_stream_is_an_event_and_one_before_it_a_status() {
    let accept = ["--header", "Accept: text/event-stream"];
    let (code, body) = curl(&accept, "/v1/aloud?text=one+two&failAfter=1").await;
    assert_eq!(code, 200);
    assert!(body.contains("event: error\ndata: {\"error\":{\"code\":429"), "{body}");
    let (code, body) = curl_json(&accept, "/v1/aloud").await;
    assert_eq!((code, &body["error"]["status"]), (400, &json!("INVALID_ARGUMENT")));
}

#[tokio::test]
async fn a_stream_of_requests_is_sent_as_lines_or_as_a_sequence() {
    let pages = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    let arguments = ["--header", "Content-Type: application/x-ndjson", "--data-binary", pages];
    let (code, body) = curl_json(&arguments, "/v1/upload").await;
    assert_eq!((code, body), (200, json!({ "title": "ab" })));
    let records = "\u{1e}{\"text\":\"a\"}\n\u{1e}{\"text\":\"b\"}\n";
    let arguments = ["--header", "Content-Type: application/json-seq", "--data-binary", records];
    let (code, body) = curl_json(&arguments, "/v1/upload").await;
    assert_eq!((code, body), (200, json!({ "title": "ab" })));
}

#[tokio::test]
async fn the_document_of_the_served_agent_is_served() {
    let (code, body) = curl_json(&[], "/openapi.json").await;
    assert_eq!(code, 200);
    assert_eq!(body["info"]["title"], "Archive");
    assert!(body["paths"].get("/v1/aloud").is_some());
}
