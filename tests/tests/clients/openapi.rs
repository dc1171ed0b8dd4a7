//! Clients that other people's tools make from the OpenAPI document.

use std::path::{Path, PathBuf};
use std::process::Command;

use agentgen_codegen::emit::{self, OpenApiVersion, Selection};
use agentgen_codegen::load;
use agentgen_tests::environment::{
    node_packages, node_program, node_script, python_program, repository, system, target,
};
use serde_json::{Value, json};

use crate::archive;

/// A fresh folder of a test with the document of the archive in it.
fn folder(test: &str, version: OpenApiVersion) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi-clients").join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder can be emptied");
    }
    std::fs::create_dir_all(&folder).expect("the folder is made");
    write(&folder.join("openapi.json"), "archive.proto", version);
    folder
}

/// Writes the document of a contract.
fn write(path: &Path, contract: &str, version: OpenApiVersion) {
    let protos = repository().join("tests/proto");
    let loaded = load(&[protos.join(contract)], &[protos]).expect("it compiles");
    let selection = Selection::new(["openapi"]).expect("the emitter exists").openapi([version]);
    let files = emit::files(&loaded.contract, &selection).expect("everything can be put out");
    std::fs::write(path, &files[0].contents).expect("it is written");
}

/// What a program prints; a failure shows everything that it said.
fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    out.into_owned()
}

/// As [`output`], without blocking the server that the program calls.
async fn output_of(mut command: Command) -> String {
    let run = tokio::task::spawn_blocking(move || output(&mut command));
    run.await.expect("the program can be waited for")
}

#[tokio::test]
async fn openapi_fetch_calls_the_archive_with_types_of_the_document() {
    let folder = folder("typescript", OpenApiVersion::V3_1);
    output(node_script("openapi_types.js").arg(folder.join("openapi.json")));
    std::fs::copy(repository().join("tests/node/openapi_client.ts"), folder.join("client.ts"))
        .expect("the client is copied");
    std::fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).expect("it is written");
    std::os::unix::fs::symlink(node_packages(), folder.join("node_modules")).expect("it is linked");
    let options = ["--strict", "--module", "nodenext", "--target", "es2022", "client.ts"];
    output(node_program("tsc").args(options).current_dir(&folder));

    let serving = archive::serve().await;
    let mut node = Command::new(system("node"));
    node.arg(folder.join("client.js")).arg(serving.url());
    let printed: Value = serde_json::from_str(&output_of(node).await).expect("it prints JSON");
    let expected = json!({
        "title": "Title of shelves/1/documents/2",
        "status": "NOT_FOUND",
        "long": "9007199254740993",
        "anInt64": "9007199254740993",
        "kinds": ["LETTER"],
        "byBool": { "true": "yes" },
        "listed": 200
    });
    assert_eq!(printed, expected);
    serving.stop().await;
}

/// The crate of `tests/openapi-clients` with what openapi-generator made in it.
fn rust_clients() -> PathBuf {
    let folder = folder("rust", OpenApiVersion::V3_0);
    write(&folder.join("summarizer.json"), "summarizer.proto", OpenApiVersion::V3_0);
    let sources = repository().join("tests/openapi-clients");
    for (from, to) in [
        ("Cargo.toml.in", "Cargo.toml"),
        ("Cargo.lock", "Cargo.lock"),
        ("build.rs", "build.rs"),
        ("main.rs", "main.rs"),
    ] {
        std::fs::copy(sources.join(from), folder.join(to)).expect("the file is copied");
    }
    let mut generator = python_program("openapi-generator-cli");
    generator.args(["generate", "--generator-name", "rust", "--package-name", "archive-client"]);
    generator.args(["--input-spec", "openapi.json", "--output", "archive-client"]);
    output(generator.current_dir(&folder));
    folder
}

#[tokio::test]
async fn clients_of_progenitor_and_openapi_generator_call_the_archive() {
    let folder = rust_clients();
    let serving = archive::serve().await;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["run", "--quiet", "--", &serving.url()]).current_dir(&folder);
    // Of its own: its lock file has other versions than the workspace's.
    cargo.env("CARGO_TARGET_DIR", target().join("openapi-clients"));
    let printed: Value = serde_json::from_str(&output_of(cargo).await).expect("it prints JSON");
    let answers = ["Title of shelves/1/documents/2", "NOT_FOUND"];
    assert_eq!(printed, json!({ "progenitor": answers, "openapi-generator": answers }));
    serving.stop().await;
}
