//! The judges of OpenAPI documents, ready for files.

use std::process::Command;

use agentgen_tests::environment::{node_program, python_script, repository};

/// openapi-spec-validator: documents against the specification.
pub(crate) fn validator() -> Command {
    python_script("validate_openapi.py")
}

/// redocly, with its recommended rules.
pub(crate) fn redocly() -> Command {
    let mut redocly = node_program("redocly");
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    redocly.arg("lint").arg("--config").arg(repository().join("tests/node/redocly.yaml"));
    redocly
}

/// spectral, with all of its rules that `spectral.yaml` does not switch off.
pub(crate) fn spectral() -> Command {
    let mut spectral = node_program("spectral");
    spectral.args(["lint", "--fail-severity", "hint", "--ruleset"]);
    spectral.arg(repository().join("tests/node/spectral.yaml"));
    spectral
}
