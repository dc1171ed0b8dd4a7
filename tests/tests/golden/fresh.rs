//! Committed output is what the contracts give, every time.

use agentgen_codegen::output;

use super::{TREES, everything, here};

#[test]
fn committed_output_is_what_the_contracts_give() {
    for (name, proto) in TREES {
        let folder = here("golden").join(name);
        let differences = output::check(&folder, &everything(proto)).expect("it can be read");
        let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
        assert!(
            lines.is_empty(),
            "tests/golden/{name} is not fresh:\n{}\nrun `cargo run -p agentgen-codegen -- gen \
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
    let tables = ["glue", "info", "grpc", "rest", "sse", "queue"];
    let is_table = |path: &str| tables.iter().any(|name| path.ends_with(&format!("/{name}.rs")));
    for proto in ["agent_service.proto", "summarizer.proto", "task_orchestrator.proto"] {
        let loaded =
            agentgen_codegen::load(&[here("proto").join(proto)], &[]).expect("it compiles");
        let rpcs: usize = loaded.contract.services().map(|service| service.methods.len()).sum();
        let files = everything(proto);
        let files = files.iter().filter(|file| is_table(&file.path));
        // Rows are indented; what is not is said once a service.
        let rows =
            files.flat_map(|file| file.contents.lines().filter(|line| line.starts_with("    ")));
        let fixed = 24;
        let lines = rows.count().saturating_sub(fixed);
        assert!(lines <= rpcs * 30, "{proto}: {lines} lines for {rpcs} rpcs");
    }
}
