//! JSON Schemas, judged by the meta-schema and by real proto3 JSON.

use agentgen_tests::environment::{python_script, repository};

use crate::emitted::{OWN, PUBLIC, passes, write};

#[test]
fn schemas_are_valid_and_stand_alone() {
    let schemas = write("schemas", "json-schema", &PUBLIC[..1]);
    passes(python_script("validate_schemas.py").args(schemas));
}

#[test]
fn what_protobuf_writes_validates_and_wrong_json_does_not() {
    let written = write("protobuf-json", "json-schema", &[]);
    let mut check = python_script("check_schemas.py");
    // Random messages break the rules of `bookings`.
    for name in OWN.into_iter().filter(|name| *name != "bookings") {
        let schemas = written
            .iter()
            .filter_map(|path| path.parent())
            .find(|folder| folder.parent().is_some_and(|parent| parent.ends_with(name)))
            .expect("the contract has messages");
        check.arg(repository().join(format!("tests/proto/{name}.proto"))).arg(schemas);
    }
    passes(&mut check);
}
