//! What a contract holds after lowering.

use agentgen_codegen::contract::{self, Contract, HttpBody};
use agentgen_codegen::{Diagnostic, source};

fn lower(text: &str) -> (Contract, Vec<Diagnostic>) {
    let sources = source::from_texts([("a.proto", text)]).expect("it compiles");
    contract::lower(&sources)
}

#[test]
fn a_contract_without_options_has_every_transport() {
    let (contract, diagnostics) = lower(
        r#"syntax = "proto3";
        package summarizer.v1;
        // Summarizes.
        service SummarizerAgent {
          rpc Summarize(Request) returns (Response);
          rpc SummarizeStream(Request) returns (stream Response);
        }
        message Request { string document_text = 1; }
        message Response { string summary = 1; }
        "#,
    );
    assert_eq!(diagnostics, []);
    let service = contract.services().next().expect("a service");
    assert_eq!(service.docs, "Summarizes.");
    assert_eq!(service.rust.agent, "SummarizerAgent");
    assert_eq!(service.rust.module, "summarizer_agent");
    let unary = &service.methods[0];
    assert_eq!(unary.rust, "summarize");
    assert_eq!(unary.grpc_path, "/summarizer.v1.SummarizerAgent/Summarize");
    assert_eq!(unary.http[0].template.text, unary.grpc_path);
    assert_eq!(unary.http[0].body, HttpBody::All);
    assert_eq!(unary.http[0].operation_id, "SummarizerAgent_Summarize");
    assert!(unary.sse.is_none());
    let queue = unary.queue.as_ref().expect("a subject");
    assert_eq!(queue.subject, "summarizer.v1.SummarizerAgent.Summarize");
    assert_eq!(queue.group, "summarizer.v1.SummarizerAgent");
    assert_eq!(queue.dead_letter, "summarizer.v1.SummarizerAgent.Summarize.dead");
    assert!(service.methods[1].sse.is_some());
    assert_eq!(contract.packages[0].modules, ["summarizer", "v1"]);
    assert_eq!((unary.location.line, unary.location.column), (5, 15));
}
