//! Words that must not land: unfinished work, muted lints and tests, and what
//! belongs to one machine.

use crate::tree::{assert_none, files, generated, rust};

#[test]
fn no_unfinished_or_muted_code() {
    let macros = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    let muted = ["clippy::all", "dead_code"].map(|lint| format!("allow({lint}"));
    let skipped = ["#[", "ignore"].concat();
    let marks: Vec<String> = macros.into_iter().chain(muted).chain([skipped]).collect();
    let mut findings = Vec::new();
    for source in rust() {
        for (number, line) in (1..).zip(source.text.lines()) {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                findings.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("unfinished or muted code", &findings);
}

#[test]
fn every_allowed_lint_has_a_reason() {
    let mut findings = Vec::new();
    for source in rust() {
        for (number, line) in (1..).zip(source.text.lines()) {
            let allows = line.trim_start().starts_with("#[allow(")
                || line.trim_start().starts_with("#![allow(")
                || line.trim_start().starts_with("#[expect(");
            let mut attribute = source.text.lines().skip(number - 1);
            let reasoned = |line: &str| line.contains("reason = ");
            // The attribute ends where its bracket closes.
            let ends = |line: &str| line.contains(")]");
            let explained =
                attribute.find(|line| reasoned(line) || ends(line)).is_some_and(reasoned);
            if allows && !explained {
                findings.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("lints allowed without a reason", &findings);
}

#[test]
fn generated_code_allows_no_lint() {
    let findings: Vec<_> = generated()
        .into_iter()
        .filter(|source| source.text.contains("[allow("))
        .map(|source| source.path)
        .collect();
    assert_none("generated files that allow a lint", &findings);
}

#[test]
fn nothing_names_a_place_of_one_machine() {
    let home = ["/", "root", "/"].concat();
    let users = ["/", "home", "/"].concat();
    let mut findings = Vec::new();
    for source in files(|path| path != "Cargo.lock") {
        for (number, line) in (1..).zip(source.text.lines()) {
            if line.contains(&home) || line.contains(&users) {
                findings.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("paths of one machine", &findings);
}
