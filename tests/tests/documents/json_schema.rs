//! JSON Schemas, judged by real documents of proto3 JSON.

use agentgen_tests::environment::{python_script, repository};

use crate::emitted::{PUBLIC, passes, write};

#[test]
fn schemas_are_valid_and_stand_alone() {
    passes(python_script("validate_schemas.py").args(write(
        "json-schema",
        "json-schema",
        &PUBLIC[..1],
    )));
}
