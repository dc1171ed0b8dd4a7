//! schemathesis: requests made from the served OpenAPI document, and replies
//! held against it.

use agentgen_tests::environment::{python_program, repository};
use tokio::process::Command;

use crate::archive;

/// Runs every check that `tests/python/schemathesis.toml` does not switch off.
#[tokio::test]
async fn schemathesis_finds_nothing_wrong_with_the_served_archive() {
    let serving = archive::serve().await;
    let mut schemathesis = Command::from(python_program("schemathesis"));
    let settings = repository().join("tests/python/schemathesis.toml");
    schemathesis.arg("--no-color").arg("--config-file").arg(settings).arg("run");
    schemathesis.args(["--seed", "1", "--continue-on-failure"]);
    schemathesis.args(["--header", "Authorization: Bearer writer"]);
    schemathesis.arg(format!("{}/openapi.json", serving.url()));
    // It leaves a folder where it runs.
    schemathesis.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = schemathesis.output().await.expect("schemathesis starts");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("13 selected / 13 total"), "{report}");
    serving.stop().await;
}
