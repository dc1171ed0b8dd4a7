//! eventsource-client of npm, which parses with eventsource-parser.

use agentgen_tests::environment::node_script;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::archive;

/// What the client saw of a stream, and the connections it made for it. With
/// `cut`, the first one breaks after the event of that id.
async fn read(path: &str, cut: Option<&str>) -> Value {
    let serving = archive::serve().await;
    let mut script = Command::from(node_script("event_client.js"));
    script.arg(serving.url()).arg(path).args(cut);
    let output = script.output().await.expect("Node.js starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serving.stop().await;
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

fn word(text: &str, index: u32) -> Value {
    let data = json!({ "text": text, "index": index });
    json!({ "event": null, "id": index.to_string(), "data": data })
}

#[tokio::test]
async fn a_client_that_lost_its_connection_resumes_after_the_last_event() {
    let seen = read("/v1/aloud?text=a%0Ab+c+d", Some("2")).await;
    let end = json!({ "event": "end", "id": "~end", "data": {} });
    let expected = json!([word("a\nb", 1), word("c", 2), word("d", 3), end]);
    assert_eq!(seen["events"], expected, "{seen}");
    let asked: Vec<_> = seen["connections"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|connection| &connection["lastEventId"])
        .collect();
    assert_eq!(asked, [&json!(null), &json!("2")], "{seen}");
}

#[tokio::test]
async fn a_stream_that_fails_says_so_in_an_event() {
    let seen = read("/v1/aloud?text=a+b&failAfter=1", None).await;
    assert_eq!(seen["events"][0], word("a", 1), "{seen}");
    let error = &seen["events"][1];
    assert_eq!(error["event"], "error", "{seen}");
    assert_eq!(error["data"]["error"]["status"], "RESOURCE_EXHAUSTED", "{seen}");
}
