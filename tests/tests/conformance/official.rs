//! Protobuf's conformance runner, required and recommended tests. Two of its
//! parts do not apply: text format, a suite of its own that the testee skips,
//! and messages of editions, whose `.proto` files are not read.

use std::path::Path;

use agentgen_tests::environment::conformance_runner;

const FAILURES: &str = "tests/conformance/failures.txt";
/// In full, so that nothing is left out unseen.
const RESULT: &str = "CONFORMANCE SUITE PASSED: 2769 successes, 0 skipped, 10 expected failures, \
                      0 unexpected failures.";

#[test]
fn the_official_suite_passes_but_for_the_listed_failures() {
    let output = conformance_runner()
        .arg("--enforce_recommended")
        .args(["--maximum_edition", "PROTO3"])
        .arg("--failure_list")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(FAILURES))
        .arg(env!("CARGO_BIN_EXE_conformance_testee"))
        .output()
        .expect("the runner starts");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.lines().any(|line| line == RESULT), "{report}");
}
