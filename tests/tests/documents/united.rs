//! The documents that a server has of several contracts, judged as those of one.

use std::path::{Path, PathBuf};

use agentgen::{Code, Context, Result, agent_service};
use agentgen_tests::environment::node_script;
use agentgen_tests::serving::Serving;
use serde_json::{Value, json};

use crate::emitted::passes;
use crate::judges::{redocly, spectral, validator};

#[allow(
    unreachable_pub,
    clippy::pedantic,
    reason = "generated code keeps to the default lints, as users have them"
)]
mod one {
    agentgen::contract!("tests/documents/one.proto");
}

#[allow(
    unreachable_pub,
    clippy::pedantic,
    reason = "generated code keeps to the default lints, as users have them"
)]
mod two {
    agentgen::contract!("tests/documents/two.proto");
}

#[allow(
    unreachable_pub,
    clippy::pedantic,
    reason = "generated code keeps to the default lints, as users have them"
)]
mod older {
    agentgen::contract!("tests/documents/two.proto", openapi = "3.0");
}

struct Shelf;

#[agent_service(check = "tests/documents/one.proto")]
impl one::Items for Shelf {
    async fn find(&self, _: &Context, item: one::Item) -> Result<one::Item> {
        Ok(item)
    }

    async fn count(&self, _: &Context, item: one::Item) -> Result<one::Item> {
        Ok(item)
    }
}

#[agent_service(check = "tests/documents/two.proto")]
impl two::Items for Shelf {
    async fn find(&self, _: &Context, item: two::Item) -> Result<two::Item> {
        Ok(two::Item { name: "of the second".to_owned(), ..item })
    }
}

#[agent_service(check = "tests/documents/two.proto")]
impl older::Items for Shelf {
    async fn find(&self, _: &Context, item: older::Item) -> Result<older::Item> {
        Ok(item)
    }
}

/// Both documents of a server of both contracts, as files.
async fn served(test: &str) -> [PathBuf; 2] {
    let server = one::ItemsServer::new(Shelf).add_service(two::ItemsServer::new(Shelf));
    let serving = Serving::start(server.rest()).await;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("united").join(test);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let mut files = Vec::new();
    for name in ["openapi.json", "asyncapi.json"] {
        let response = reqwest::get(format!("{}/{name}", serving.url())).await;
        let document = response.expect("an answer").text().await.expect("a document");
        std::fs::write(folder.join(name), document).expect("it is written");
        files.push(folder.join(name));
    }
    // What the document says of the path that both have, the router does.
    let any = reqwest::get(format!("{}/v1/any", serving.url())).await.expect("an answer");
    assert_eq!(any.text().await.expect("a reply"), r#"{"name":"of the second"}"#);
    serving.stop().await;
    files.try_into().expect("two of them")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read(path).expect("it was written");
    serde_json::from_slice(&text).expect("it is JSON")
}

#[tokio::test]
async fn the_judges_find_no_error_in_a_united_document() {
    let [openapi, asyncapi] = served("judged").await;
    for mut judge in [validator(), redocly(), spectral()] {
        passes(judge.arg(&openapi));
    }
    passes(node_script("validate_asyncapi.js").arg(&asyncapi));
}

#[tokio::test]
async fn what_two_contracts_call_the_same_is_told_apart() {
    let [openapi, asyncapi] = served("named").await;
    let document = read(&openapi);
    let paths = document["paths"].as_object().expect("paths");
    let mut names: Vec<_> = paths.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["/v1/any", "/v1/counts/{name}", "/v1/items/{name}"]);
    let item = &document["paths"]["/v1/items/{name}"];
    assert_eq!(item["get"]["operationId"], "one_v1_Items_Find");
    assert_eq!(item["post"]["operationId"], "two_v1_Items_Find");
    assert_eq!(item["post"]["tags"], json!(["two.v1.Items"]));
    assert_eq!(item["post"]["parameters"][0]["name"], "name");
    let alone = &document["paths"]["/v1/counts/{name}"]["get"]["operationId"];
    assert_eq!(alone, "Items_Count", "what has a name of its own keeps it");
    let any = &document["paths"]["/v1/any"];
    assert_eq!(any["get"]["operationId"], "Items_Find_2");
    assert_eq!(any["x-shadowed"][0]["operationId"], "Items_Find_2_get");
    let channels = read(&asyncapi)["channels"].clone();
    assert_eq!(channels["one_v1_Items_Find"]["address"], "one.v1.Items.Find");
    assert_eq!(channels["two_v1_Items_Find"]["address"], "two.v1.Items.Find");
    assert!(channels["Items_Count"].is_object() && channels["Items_Find"].is_null());
}

#[tokio::test]
async fn documents_of_two_versions_are_not_served_as_one() {
    let server = one::ItemsServer::new(Shelf).add_service(older::ItemsServer::new(Shelf));
    let server = server.rest().shutdown_on(std::future::ready(()));
    let refused = server.listen("127.0.0.1:0").await.expect_err("the versions differ");
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");
    let text = "`one.v1.Items` has a document of OpenAPI 3.1.1, and `two.v1.Items` one of \
                OpenAPI 3.0.3: generate both in one version, or serve them apart";
    assert_eq!(refused.message(), text);
}
