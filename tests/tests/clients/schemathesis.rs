//! schemathesis: requests made from the served OpenAPI document, and replies
//! held against it.

use agentgen_tests::environment::{python_program, repository};
use agentgen_tests::serving::Serving;
use tokio::process::Command;

use crate::{archive, contracts, strict};

/// schemathesis with the settings of this name.
fn program(settings: &str) -> Command {
    let mut schemathesis = Command::from(python_program("schemathesis"));
    let settings = repository().join("tests/python").join(settings);
    schemathesis.arg("--no-color").arg("--config-file").arg(settings).arg("run");
    schemathesis
}

/// Runs every check that the settings do not switch off, on so many operations.
async fn judge(mut schemathesis: Command, serving: Serving, operations: u32) {
    schemathesis.args(["--seed", "1", "--continue-on-failure"]);
    schemathesis.args(["--header", "Authorization: Bearer writer"]);
    schemathesis.arg(format!("{}/openapi.json", serving.url()));
    // It leaves a folder where it runs.
    schemathesis.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = schemathesis.output().await.expect("schemathesis starts");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    let selected = format!("{operations} selected / {operations} total");
    assert!(report.contains(&selected), "{report}");
    serving.stop().await;
}

#[tokio::test]
async fn schemathesis_finds_nothing_wrong_with_the_served_archive() {
    judge(program("schemathesis.toml"), archive::serve().await, 14).await;
}

#[tokio::test]
async fn schemathesis_finds_nothing_wrong_with_a_contract_without_annotations() {
    judge(program("schemathesis.toml"), contracts::serve_summarizer().await, 3).await;
}

#[tokio::test]
async fn schemathesis_finds_no_wrong_request_that_a_strict_server_takes() {
    let mut schemathesis = program("schemathesis_strict.toml");
    let hooks = repository().join("tests/python");
    schemathesis.env("PYTHONPATH", hooks).env("SCHEMATHESIS_HOOKS", "strict_server");
    judge(schemathesis, strict::serve().await, 2).await;
}
