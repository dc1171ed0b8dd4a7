//! Who may know whom: the architecture's invariants, read off the sources.

use crate::tree::{Source, assert_none, generated, root, rust};

fn lines_with<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
    found: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in (1..).zip(source.text.lines()) {
            if !line.trim_start().starts_with("//") && found(line) {
                findings.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    findings
}

#[test]
fn transports_do_not_import_each_other() {
    let transports = ["connect", "grpc", "rest", "queue"];
    let sources = rust();
    for own in transports {
        let folder = format!("runtime/src/{own}/");
        let inside = sources.iter().filter(|source| source.path.starts_with(&folder));
        let findings = lines_with(inside, |line| {
            let others = transports.iter().filter(|other| **other != own);
            others.into_iter().any(|other| line.contains(&format!("crate::{other}::")))
        });
        assert_none(&format!("{own} imports another transport"), &findings);
    }
}

#[test]
fn only_source_and_contract_read_descriptors() {
    let sources = rust();
    let outside = sources.iter().filter(|source| {
        source.path.starts_with("codegen/src/")
            && !source.path.starts_with("codegen/src/source/")
            && !source.path.starts_with("codegen/src/contract/")
    });
    let findings =
        lines_with(outside, |line| line.contains("prost_reflect::") || line.contains("protox::"));
    assert_none("descriptors read outside source/ and contract/", &findings);
}

#[test]
fn only_the_cli_prints_and_exits() {
    let sources = rust();
    let library = sources.iter().filter(|source| {
        let crates = ["codegen/src/", "runtime/src/", "macros/src/", "templates/src/"];
        crates.iter().any(|folder| source.path.starts_with(folder))
    });
    let findings = lines_with(library, |line| {
        let prints = ["println!(", "print!(", "process::exit("];
        // A build script talks to cargo on standard output.
        prints.iter().any(|print| line.contains(print)) && !line.contains("\"cargo:")
    });
    assert_none("printing in a library", &findings);
}

#[test]
fn generated_code_names_only_the_runtime_and_the_standard_library() {
    let findings = lines_with(&generated(), |line| {
        let mut rest = line;
        while let Some(at) = rest.find("::") {
            let before = rest[..at].chars().next_back();
            let absolute = before.is_none_or(|c| !(c.is_alphanumeric() || "_>)#".contains(c)));
            rest = &rest[at + 2..];
            let root =
                rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            if absolute && !root.is_empty() && !["agentgen", "core", "std"].contains(&root) {
                return true;
            }
        }
        false
    });
    assert_none("foreign crates in generated code", &findings);
}

#[test]
fn the_runtime_does_not_link_codegen() {
    let manifest = std::fs::read_to_string(root().join("runtime/Cargo.toml")).unwrap();
    assert!(!manifest.contains("agentgen-codegen"), "runtime/Cargo.toml names agentgen-codegen");
}
