//! The docs page in a real browser: the reference, the console for streams,
//! and the channels of the queue.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use agentgen::{Context, Outbound, Status};
use agentgen_codegen::load;
use agentgen_tests::environment::{installed, node_script, repository, system};
use agentgen_tests::golden::summarizer::summarizer::v1::{
    SummarizeChunk, SummarizeRequest, SummarizeResponse, SummarizerAgent, SummarizerAgentServer,
};
use agentgen_tests::serving::Serving;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Notify;

use crate::archive;

/// What a scenario of `docs_page.js` saw, on a page that did nothing it must
/// not do.
async fn seen(serving: &Serving, scenario: &str, more: &[&str]) -> Value {
    let report = report(serving, scenario, more).await;
    assert_eq!(report["errors"], json!([]), "{report}");
    report["seen"].clone()
}

async fn report(serving: &Serving, scenario: &str, more: &[&str]) -> Value {
    let mut script = Command::from(node_script("docs_page.js"));
    script.arg(system("chromium")).arg(serving.url()).arg(scenario).args(more);
    let output = script.output().await.expect("Node.js starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    assert_eq!(report["elsewhere"], json!([]), "requests left the server: {report}");
    report
}

/// A summarizer whose stream waits after its first word. The unary rpc lets it
/// go on, or waits until its caller has gone.
#[derive(Default)]
struct Held {
    go_on: Arc<Notify>,
    cancelled: Arc<Notify>,
}

impl SummarizerAgent for Held {
    type Error = Status;

    async fn summarize(
        &self,
        _: &Context,
        request: SummarizeRequest,
    ) -> Result<SummarizeResponse, Status> {
        match request.document_text.as_str() {
            "go on" => self.go_on.notify_one(),
            "stopped?" => self.cancelled.notified().await,
            _ => {}
        }
        let summary = request.document_text.to_uppercase();
        Ok(SummarizeResponse { summary, ..SummarizeResponse::default() })
    }

    async fn summarize_stream(
        &self,
        cx: &Context,
        _: SummarizeRequest,
    ) -> Result<Outbound<SummarizeChunk>, Status> {
        let (sender, chunks) = Outbound::channel(1);
        let (go_on, cancelled) = (Arc::clone(&self.go_on), Arc::clone(&self.cancelled));
        let gone = cx.cancellation().clone();
        let chunk =
            |text: &str, index| SummarizeChunk { text: text.into(), index, is_final: false };
        tokio::spawn(async move {
            sender.send(chunk("first", 1)).await;
            tokio::select! {
                () = go_on.notified() => { sender.send(chunk(" last", 2)).await; }
                () = gone.cancelled() => cancelled.notify_one(),
            }
        });
        Ok(chunks)
    }
}

async fn serve_held() -> Serving {
    Serving::start(SummarizerAgentServer::new(Held::default()).rest()).await
}

#[tokio::test]
async fn the_reference_lists_the_rpcs_and_calls_them() {
    let serving = serve_held().await;
    let seen = seen(&serving, "reference", &[]).await;
    let service = "/summarizer.v1.SummarizerAgent";
    let rpcs = ["Summarize", "SummarizeStream"].map(|rpc| format!("{service}/{rpc}"));
    assert_eq!(seen["listed"], json!(rpcs), "{seen}");
    assert_eq!(seen["status"].as_str().map(|text| text.starts_with("200")), Some(true), "{seen}");
    assert!(seen["answer"].as_str().is_some_and(|text| text.contains("ONE TWO THREE")), "{seen}");
    assert_eq!(seen["address"], "#streams/SummarizerAgent_SummarizeStream", "{seen}");
    serving.stop().await;
}

#[tokio::test]
async fn the_console_shows_events_before_the_stream_is_over() {
    let serving = serve_held().await;
    let seen = seen(&serving, "held", &[]).await;
    let (first, last) = (r#"{"text":"first","index":1}"#, r#"{"text":" last","index":2}"#);
    assert_eq!(seen["before"], json!({ "events": [first], "state": "Streaming" }));
    assert_eq!(seen["after"], json!({ "events": [first, last], "ids": ["#1", "#2"] }));
    assert_eq!(seen["text"], "first last");
    assert!(seen["raw"].as_str().is_some_and(|raw| raw.contains("event: end\n")), "{seen}");
    serving.stop().await;
}

#[tokio::test]
async fn a_stopped_stream_is_cancelled_in_its_handler() {
    let serving = serve_held().await;
    let seen = seen(&serving, "stopped", &[]).await;
    assert_eq!(seen["noticed"]["summary"], "STOPPED?", "{seen}");
    assert_eq!(seen["notes"], json!(["Stopped."]), "{seen}");
    serving.stop().await;
}

#[tokio::test]
async fn an_error_inside_a_stream_is_shown_as_one() {
    let serving = archive::serve().await;
    let seen = seen(&serving, "failing", &[]).await;
    assert_eq!(seen["events"].as_array().map(Vec::len), Some(2), "{seen}");
    assert_eq!(seen["state"], "Failed inside the stream");
    let failure = seen["failure"][0].as_str().unwrap_or_default();
    assert!(failure.contains("RESOURCE_EXHAUSTED") && failure.contains("out of breath"), "{seen}");
    serving.stop().await;
}

#[tokio::test]
async fn what_is_no_stream_is_shown_as_the_fault_it_is() {
    let serving = archive::serve().await;
    let report = report(&serving, "refused", &[]).await;
    let refused = report["seen"]["refused"][0].as_str().unwrap_or_default();
    assert!(refused.contains("INVALID_ARGUMENT") && refused.contains("no text"), "{report}");
    assert_eq!(report["seen"]["ids"], json!([]), "{report}");
    serving.stop().await;
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_and_can_be_entered_in_the_middle() {
    let serving = archive::serve().await;
    let report = report(&serving, "resumed", &[]).await;
    let seen = &report["seen"];
    assert_eq!(seen["ids"], json!(["#1", "#2", "#3", "#4"]), "{report}");
    assert!(seen["notes"][0].as_str().is_some_and(|note| note.contains("was cut")), "{report}");
    assert_eq!(seen["after"], json!(["#4"]), "{report}");
    assert_eq!(seen["asked"], json!([null, "2", "3"]), "{report}");
    serving.stop().await;
}

#[tokio::test]
async fn a_conversation_sends_a_request_a_line() {
    let serving = archive::serve().await;
    let seen = seen(&serving, "conversation", &[]).await;
    assert_eq!(seen["events"], json!([r#"{"text":"WHY"}"#, r#"{"text":"HOW"}"#]));
    serving.stop().await;
}

#[tokio::test]
async fn the_console_lists_every_rpc_that_streams() {
    let serving = archive::serve().await;
    let seen = seen(&serving, "listed", &[]).await;
    let ids = seen.as_array().expect("a list").iter().map(|id| id.as_str().expect("a text"));
    // An id is that of the rpc, and what tells its further bindings apart.
    let listed: BTreeSet<&str> = ids.filter_map(|id| id.split('_').nth(1)).collect();
    let protos = repository().join("tests/proto");
    let loaded = load(&[protos.join("archive.proto")], &[protos]).expect("it compiles");
    let methods = loaded.contract.services().flat_map(|service| &service.methods);
    let streaming =
        methods.filter(|method| method.shape.client_streams() || method.shape.server_streams());
    let expected: BTreeSet<&str> = streaming.map(|method| method.name.as_str()).collect();
    assert!(expected.len() > 2, "{expected:?}");
    assert_eq!(listed, expected);
    serving.stop().await;
}

#[tokio::test]
async fn bytes_are_sent_and_shown_as_they_are() {
    let serving = archive::serve().await;
    let seen = seen(&serving, "bytes", &[]).await;
    assert_eq!(seen, json!({ "text": "a line\nand 2 more" }));
    serving.stop().await;
}

#[tokio::test]
async fn every_channel_is_listed_with_how_it_delivers() {
    let serving = archive::serve().await;
    let seen = seen(&serving, "channels", &[]).await;
    let document = fs::read_to_string(repository().join("tests/golden/archive/asyncapi.json"));
    let document: Value = serde_json::from_str(&document.expect("it is committed")).expect("JSON");
    let channels = document["channels"].as_object().expect("there are channels");
    let received = channels.iter().filter(|(id, _)| !id.contains('.'));
    let subjects: Vec<_> = received.map(|(_, channel)| channel["address"].clone()).collect();
    assert!(subjects.len() > 3);
    assert_eq!(seen["subjects"], json!(subjects));
    let facts = &seen["facts"];
    assert_eq!(facts["Subject"], "archive.create", "{seen}");
    assert_eq!(facts["Attempts"], "3");
    assert_eq!(facts["Dead letters"], "archive.create.dead");
    assert_eq!(facts["Ordering"], "one at a time for each document.title");
    let create = "archive.v1.CreateDocumentRequest";
    let messages = [create, "archive.v1.Document", "google.rpc.Status", create];
    assert_eq!(seen["messages"], json!(messages));
    serving.stop().await;
}

#[tokio::test]
async fn the_page_parses_events_as_the_standard_says() {
    let event = |data: &str, id: &str| json!({ "type": "message", "data": data, "id": id });
    let vectors = [
        (
            "data: a\n\ndata:b\r\n\r\ndata:  c\r\r",
            vec![event("a", ""), event("b", ""), event(" c", "")],
        ),
        ("\u{feff}data: a\ndata: b\ndata\n\n", vec![event("a\nb\n", "")]),
        (": comment\nevent: x\ndata: y\n\n", vec![json!({ "type": "x", "data": "y", "id": "" })]),
        (
            "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            vec![event("a", "7"), event("b", "7"), event("c", "")],
        ),
        ("id: 1\ndata: a\n\nid: 2\u{0}\ndata: b\n\n", vec![event("a", "1"), event("b", "1")]),
        (
            "event: x\n\ndata: after a block without data\n\n",
            vec![event("after a block without data", "")],
        ),
        ("data\n\n", vec![event("", "")]),
        ("retry: 250\nretry: 1s\n\n", vec![json!({ "retry": 250 })]),
        ("other: x\nDATA: y\ndata: unfinished\n", vec![]),
    ];
    let texts: Vec<_> = vectors.iter().map(|(text, _)| *text).collect();
    let serving = serve_held().await;
    let seen = seen(&serving, "parser", &[&json!(texts).to_string()]).await;
    for ((text, expected), parsed) in vectors.iter().zip(seen.as_array().expect("a list")) {
        assert_eq!(parsed["whole"], json!(expected), "{text:?}");
        assert_eq!(parsed["pieces"], json!(expected), "{text:?}, a character at a time");
    }
    assert_eq!(seen.as_array().map(Vec::len), Some(vectors.len()));
    serving.stop().await;
}

#[tokio::test]
async fn the_reference_is_swagger_ui_as_it_was_published() {
    let serving = serve_held().await;
    let address = |path: &str| format!("{}{path}", serving.url());
    let page = reqwest::get(address("/docs/")).await.expect("it answers");
    let page = page.text().await.expect("it is text");
    let version = page.split("assets/").nth(1).and_then(|rest| rest.split('/').next());
    let folder = address(&format!("/docs/assets/{}", version.expect("the page names its files")));
    for (name, published) in [
        ("swagger-ui-bundle.js", "swagger-ui-bundle.js"),
        ("swagger-ui.css", "swagger-ui.css"),
        ("swagger-ui-license.txt", "LICENSE"),
        ("swagger-ui-notice.txt", "NOTICE"),
    ] {
        let served = reqwest::get(format!("{folder}/{name}")).await.expect("it answers");
        let served = served.bytes().await.expect("it is whole");
        let published = installed(&format!("node/node_modules/swagger-ui-dist/{published}"));
        assert!(served == fs::read(published).expect("it is installed"), "{name}");
    }
    serving.stop().await;
}
