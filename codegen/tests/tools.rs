//! Tools of language models: names, and the form of each kind of field in each
//! dialect, checked by the rules that the providers publish.

#[path = "tools/checker.rs"]
mod checker;
#[path = "tools/forms.rs"]
mod forms;
#[path = "tools/limits.rs"]
mod limits;
#[path = "tools/names.rs"]
mod names;

use std::path::Path;

use agentgen_codegen::emit::{self, Selection};
use agentgen_codegen::{Loaded, load};
use serde_json::Value;

/// A contract of this text, in a file of the test's own.
fn contract(test: &str, body: &str) -> Loaded {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools").join(test);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let file = folder.join("acme.proto");
    let proto = format!("syntax = \"proto3\";\npackage acme.v1;\n{body}");
    std::fs::write(&file, proto).expect("the contract is written");
    load(&[file], &[folder]).expect("it compiles")
}

/// The definitions of a contract in a dialect.
fn definitions(loaded: &Loaded, dialect: &str) -> Vec<Value> {
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let selection = Selection::new(["tools"]).expect("the emitter exists");
    let files = emit::files(&loaded.contract, &selection).expect("it can be put out");
    let path = format!("tools/acme.v1.{dialect}.json");
    let file = files.iter().find(|file| file.path == path).expect("the package has tools");
    serde_json::from_str(&file.contents).expect("it is JSON")
}

/// What is said about the tools of a contract.
fn warnings(loaded: &Loaded) -> Vec<String> {
    let selection = Selection::new(["tools"]).expect("the emitter exists");
    emit::warnings(&loaded.contract, &selection)
        .into_iter()
        .map(|found| format!("{}: {}", found.code, found.message))
        .collect()
}

/// The one rpc of a contract whose request has these fields.
fn request(test: &str, fields: &str) -> Loaded {
    let imports = ["any", "empty", "struct", "timestamp", "wrappers"]
        .map(|name| format!("import \"google/protobuf/{name}.proto\";\n"))
        .concat();
    let body = format!(
        "{imports}import \"google/api/field_behavior.proto\";\n\
         message Reply {{ string text = 1; }}\n\
         enum Color {{ COLOR_UNSPECIFIED = 0; RED = 1; }}\n\
         message Point {{ int32 x = 1; }}\n\
         message Request {{ {fields} }}\n\
         service Agent {{ rpc Run(Request) returns (Reply); }}\n"
    );
    contract(test, &body)
}
