//! Contract texts: compiled, lowered, and emitted where nothing is wrong.

use agentgen_codegen::{contract, emit, source};

use super::run;

const CORPUS: &[&[u8]] = &[
    include_bytes!("../../../examples/summarizer/proto/summarizer.proto"),
    include_bytes!("../../../examples/macro-only/proto/task_orchestrator.proto"),
    include_bytes!("../../../examples/committed/proto/agent_service.proto"),
    include_bytes!("../../proto/archive.proto"),
    include_bytes!("../../proto/legacy/archive.proto"),
];

#[test]
fn no_contract_text_makes_the_generator_panic() {
    let mut emitted = 0;
    run("contract", CORPUS, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let Ok(sources) = source::from_texts([("fuzz.proto", text)]) else { return };
        let (contract, diagnostics) = contract::lower(&sources);
        if !diagnostics.iter().any(agentgen_codegen::Diagnostic::is_error) {
            emit::files(&contract, &emit::Selection::default())
                .expect("a sound contract is emitted");
            emitted += 1;
        }
    });
    assert!(emitted > 0, "no mutation was sound: the corpus is broken");
}
