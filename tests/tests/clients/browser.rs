//! A browser's `EventSource` on streams of generated agents.

use agentgen_tests::environment::{node_script, system};
use agentgen_tests::serving::Serving;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{archive, contracts};

/// What the browser saw of a stream, and the connections it made for it. With
/// `cut`, the first one breaks after the event of that id.
async fn event_source(serving: &Serving, path: &str, cut: Option<&str>) -> Value {
    let mut script = Command::from(node_script("event_source.js"));
    script.arg(system("chromium")).arg(serving.url()).arg(path).args(cut);
    let output = script.output().await.expect("Node.js starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

#[tokio::test]
async fn events_of_a_contract_without_annotations_arrive_in_order_until_the_end() {
    let serving = contracts::serve_summarizer().await;
    let path = "/summarizer.v1.SummarizerAgent/SummarizeStream?documentText=one+two";
    let seen = event_source(&serving, path, None).await;
    let events = json!([
        { "id": "1", "data": { "text": "one" } },
        { "id": "2", "data": { "text": "two", "isFinal": true, "index": 1 } },
        { "end": true }
    ]);
    assert_eq!(seen["events"], events, "{seen}");
    assert_eq!(seen["connections"][0]["contentType"], "text/event-stream");
    serving.stop().await;
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_where_it_was_and_ends_for_good() {
    let serving = archive::serve().await;
    let seen = event_source(&serving, "/v1/aloud?text=a+b+c+d", Some("2")).await;
    let word = |text: &str, index: u32| json!({ "id": index.to_string(), "data": { "text": text, "index": index } });
    let events = json!([
        word("a", 1),
        word("b", 2),
        word("c", 3),
        word("d", 4),
        { "end": true },
        { "closed": true }
    ]);
    assert_eq!(seen["events"], events, "{seen}");
    let connections: Vec<_> = seen["connections"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|connection| (&connection["lastEventId"], &connection["status"]))
        .collect();
    let expected =
        [(&json!(null), &json!(200)), (&json!("2"), &json!(200)), (&json!("~end"), &json!(204))];
    assert_eq!(connections, expected);
    serving.stop().await;
}

#[tokio::test]
async fn an_error_inside_a_stream_reaches_the_page() {
    let serving = archive::serve().await;
    let seen = event_source(&serving, "/v1/aloud?text=a+b&failAfter=1", None).await;
    assert_eq!(seen["events"][0]["data"]["text"], "a", "{seen}");
    assert_eq!(seen["events"][1]["error"]["error"]["status"], "RESOURCE_EXHAUSTED", "{seen}");
    serving.stop().await;
}
