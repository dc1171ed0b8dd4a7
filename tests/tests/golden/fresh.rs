//! Committed output is what the contracts give, every time.

use agentgen_codegen::emit::{self, Selection};
use agentgen_codegen::{contract, output, source};

use super::{TREES, everything, here};

#[test]
fn committed_output_is_what_the_contracts_give() {
    for (name, proto) in TREES {
        let folder = here("golden").join(name);
        let differences = output::check(&folder, &everything(proto)).expect("it can be read");
        let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
        assert!(
            lines.is_empty(),
            "tests/golden/{name} is not fresh:\n{}\nrun `cargo run -p agentgen-cli -- gen \
             tests/proto/{proto} -I tests/proto -o tests/golden/{name} --emit rust,documents`",
            lines.join("\n")
        );
    }
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    for (_, proto) in TREES {
        assert_eq!(everything(proto), everything(proto), "{proto}");
    }
}

#[test]
fn an_rpc_costs_at_most_thirty_lines_over_all_transports() {
    let unary = "rpc Two(A) returns (A);";
    let stream = "rpc Two(A) returns (stream A);";
    for rpc in [unary, stream] {
        let cost = transport_lines(rpc) - transport_lines("");
        assert!((1..=30).contains(&cost), "{rpc} costs {cost} lines");
    }
}

/// The lines of a service below its trait and its client, the served document
/// left out.
fn transport_lines(second: &str) -> usize {
    let text = format!(
        "syntax = \"proto3\"; package demo.v1; message A {{}}
         service Demo {{ rpc One(A) returns (A); rpc Follow(A) returns (stream A); {second} }}"
    );
    let sources = source::from_texts([("demo.proto", text)]).expect("it compiles");
    let (contract, _) = contract::lower(&sources);
    let files = emit::files(&contract, &Selection::default()).expect("it can be emitted");
    let tables = ["glue", "info", "grpc", "rest", "sse", "queue"];
    let is_table = |path: &str| tables.iter().any(|name| path.ends_with(&format!("/{name}.rs")));
    files.iter().filter(|file| is_table(&file.path)).map(|file| file.contents.lines().count()).sum()
}
