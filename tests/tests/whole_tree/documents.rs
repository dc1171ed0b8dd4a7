//! The OpenAPI documents of the tree, and their judge.

use std::path::{Path, PathBuf};

use agentgen_codegen::contract::Contract;
use agentgen_codegen::emit::{self, OpenApiVersion, Selection};
use agentgen_tests::environment::python_script;

/// A fresh folder for the documents.
pub(crate) fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole-tree-documents");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder can be emptied");
    }
    folder
}

/// Writes the documents of a contract, in the default version and in `other`,
/// and says how many there are.
pub(crate) fn write(contract: &Contract, other: OpenApiVersion, folder: &Path) -> usize {
    let versions = [OpenApiVersion::V3_1, other];
    let selection = Selection::new(["openapi"]).expect("the emitter exists").openapi(versions);
    let files = emit::files(contract, &selection).expect("everything can be put out");
    std::fs::create_dir_all(folder).expect("the folder is made");
    for file in &files {
        std::fs::write(folder.join(&file.path), &file.contents).expect("it is written");
    }
    files.len()
}

/// Fails where a document below a folder is not valid.
pub(crate) fn validate(folder: &Path) {
    let output = python_script("validate_openapi_tree.py").arg(folder).output();
    let output = output.expect("the validator starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
