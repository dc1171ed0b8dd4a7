//! A browser's `WebSocket` on an rpc that streams both ways, which `fetch`
//! cannot converse with.

use agentgen::server::Cors;
use agentgen_tests::environment::{node_script, system};
use agentgen_tests::golden::archive::archive::v1::ArchiveServer;
use agentgen_tests::serving::Serving;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::archive::Shelf;

/// What a page of another origin heard.
async fn talk(server: agentgen::Server<impl Sized + 'static>, path: &str, texts: &[&str]) -> Value {
    let serving = Serving::start(server).await;
    let mut script = Command::from(node_script("web_socket.js"));
    let url = format!("{}{path}", serving.url().replacen("http", "ws", 1));
    let output = script.arg(system("chromium")).arg(url).args(texts).output().await;
    let output = output.expect("Node.js starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serving.stop().await;
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

#[tokio::test]
async fn a_page_hears_each_answer_before_it_asks_again() {
    let server = ArchiveServer::new(Shelf).rest().cors(Cors::any_origin());
    let questions = [r#"{"text":"why?"}"#, r#"{"text":"how?"}"#];
    let seen = talk(server, "/archive.v1.Archive/Discuss", &questions).await;
    let heard = json!([{ "text": "WHY?" }, { "text": "HOW?" }]);
    assert_eq!(seen, json!({ "heard": heard, "code": 1000, "reason": "", "wasClean": true }));
}

#[tokio::test]
async fn a_page_learns_why_a_stream_failed() {
    let server = ArchiveServer::new(Shelf).rest().cors(Cors::any_origin());
    let seen = talk(server, "/v1/aloud?text=a+b&failAfter=1", &[]).await;
    assert_eq!(seen["heard"][0], json!({ "text": "a", "index": 1 }));
    assert_eq!(seen["heard"][1]["error"]["status"], "RESOURCE_EXHAUSTED", "{seen}");
    assert_eq!((&seen["code"], &seen["reason"]), (&json!(4429), &json!("out of breath")));
}

#[tokio::test]
async fn a_page_of_another_origin_is_not_let_in_unasked() {
    let seen = talk(ArchiveServer::new(Shelf).rest(), "/archive.v1.Archive/Discuss", &[]).await;
    assert_eq!((&seen["heard"], &seen["code"]), (&json!([]), &json!(1006)), "{seen}");
}
