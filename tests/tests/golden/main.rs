//! What is generated: committed output is fresh, every door gives the same,
//! and the same contract gives the same bytes.

mod doors;
mod fresh;
mod googleapis;

use std::path::{Path, PathBuf};

use agentgen_codegen::emit::{self, OutputFile, Selection};

/// The trees below `tests/golden`: name, and the contract below `tests/proto`.
const TREES: [(&str, &str); 9] = [
    ("agent_service", "agent_service.proto"),
    ("agent_services", "agent_services.proto"),
    ("archive", "archive.proto"),
    ("checked", "checked/v1/checked.proto"),
    ("legacy", "legacy/archive.proto"),
    ("mistaken", "mistaken.proto"),
    ("summarizer", "summarizer.proto"),
    ("task_orchestrator", "task_orchestrator.proto"),
    ("workshop", "workshop/v1/workshop.proto"),
];

/// A path below the package of the tests.
fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Everything that can be emitted for a contract.
fn everything(proto: &str) -> Vec<OutputFile> {
    let protos = here("proto");
    let loaded = agentgen_codegen::load(&[protos.join(proto)], &[protos]).expect("it compiles");
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    let selection = Selection::new(["rust", "documents"]).expect("both are groups");
    emit::files(&loaded.contract, &selection).expect("it can be emitted")
}
