//! Calls the archive through both Rust clients, and prints what it answers.

use archive_client::apis::archive_api::{ArchiveGetDocumentError, archive_get_document};
use archive_client::apis::configuration::Configuration;
use serde_json::json;

/// progenitor's client.
#[allow(unused, reason = "generated")]
mod progenitor {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// progenitor's client of a whole document: that it compiles is what is asked of it.
#[allow(unused, reason = "generated")]
mod summarizer {
    include!(concat!(env!("OUT_DIR"), "/summarizer.rs"));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let url = std::env::args().nth(1).expect("the address of the archive");
    let printed = json!({
        "progenitor": by_progenitor(&url).await,
        "openapi-generator": by_openapi_generator(&url).await
    });
    println!("{printed}");
}

async fn by_progenitor(url: &str) -> [String; 2] {
    let client = progenitor::Client::new(url);
    let get = |document| client.archive_get_document().shelves_id("1").documents_id(document);
    let title = get("2").send().await.expect("it is found").into_inner().title;
    let missing = get("missing").send().await.expect_err("it is missing");
    let progenitor_client::Error::ErrorResponse(missing) = missing else { panic!("{missing}") };
    [title, missing.into_inner().error.status]
}

async fn by_openapi_generator(url: &str) -> [String; 2] {
    let configuration = Configuration { base_path: url.to_owned(), ..Configuration::default() };
    let found = archive_get_document(&configuration, "1", "2").await.expect("it is found");
    let missing = archive_get_document(&configuration, "1", "missing").await;
    let archive_client::apis::Error::ResponseError(missing) =
        missing.expect_err("it is missing")
    else {
        panic!("the server answers")
    };
    let status = match missing.entity {
        Some(
            ArchiveGetDocumentError::Status4XX(error) | ArchiveGetDocumentError::Status5XX(error),
        ) => error.error.status,
        other => panic!("no error body: {other:?}"),
    };
    [found.title, status]
}
