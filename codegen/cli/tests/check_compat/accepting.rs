//! The life of an accepted break: written, in force, expired, renewed, stale.

use super::{Folder, OLD, moved};

const ACCEPT: [&str; 3] = ["--accept", "--reason", "all callers moved"];

#[test]
fn an_accepted_break_passes_until_it_changes() {
    let folder = Folder::with_a_break();
    insta::assert_snapshot!("accept", folder.check(&ACCEPT));
    insta::assert_snapshot!("accept_file", folder.read("agentgen-accept.toml"));
    insta::assert_snapshot!("accepted", folder.check(&[]));
    folder.write("new/tasks.proto", &moved().replace("/v2/tasks", "/v3/tasks"));
    let further = folder.check(&[]);
    assert!(further.starts_with("exit 1\n"), "{further}");
    assert!(further.contains("warning[acceptance-stale]"), "{further}");
}

#[test]
fn an_acceptance_survives_edits_around_the_element() {
    let folder = Folder::with_a_break();
    folder.check(&ACCEPT);
    folder.write("new/tasks.proto", &moved().replace("// Keeps", "//\n//\n// Keeps"));
    assert!(folder.check(&[]).starts_with("exit 0\n"));
}

#[test]
fn accepting_again_changes_nothing_and_later_breaks_are_added() {
    let folder = Folder::with_a_break();
    folder.check(&ACCEPT);
    let before = folder.read("agentgen-accept.toml");
    let again = folder.check(&ACCEPT);
    assert!(again.contains("nothing breaks that is not accepted already"), "{again}");
    assert_eq!(folder.read("agentgen-accept.toml"), before);
    let second = OLD.replace("Tasks {", "Others {").replace("acme.v1", "other.v1");
    folder.write("old/other.proto", &second);
    folder.write("new/other.proto", &second.replace("/v1/", "/v9/"));
    folder.check(&ACCEPT);
    let after = folder.read("agentgen-accept.toml");
    assert!(after.starts_with(&before) && after.len() > before.len(), "{after}");
}

#[test]
fn an_expired_acceptance_fails_again_and_can_be_renewed() {
    let folder = Folder::with_a_break();
    folder.check(&[&ACCEPT[..], &["--expires", "2999-12-31"]].concat());
    assert!(folder.check(&[]).starts_with("exit 0\n"));
    let text = folder.read("agentgen-accept.toml");
    assert!(text.contains("expires = 2999-12-31\n"), "{text}");
    folder.write("agentgen-accept.toml", &text.replace("2999", "2020"));
    insta::assert_snapshot!("expired", folder.check(&[]));
    folder.check(&[&ACCEPT[..], &["--expires", "2998-12-31"]].concat());
    let text = folder.read("agentgen-accept.toml");
    assert!(text.matches("[[accept]]").count() == 1 && text.contains("2998-12-31"), "{text}");
}

#[test]
fn what_accept_needs_is_said() {
    let folder = Folder::with_a_break();
    for (arguments, said) in [
        (&["--accept"][..], "--reason <TEXT>"),
        (&["--reason", "x"], "--accept"),
        (&["--accept", "--reason", " "], "--reason is empty"),
        (&["--accept", "--reason", "x", "--expires", "2020-01-01"], "lies in the past"),
        (&["--accept", "--reason", "x", "--expires", "tomorrow"], "`tomorrow` is no date"),
        (&["--accept-file", "absent.toml"], "absent.toml"),
    ] {
        let output = folder.check(arguments);
        assert!(output.starts_with("exit 2\n") && output.contains(said), "{arguments:?} {output}");
    }
    folder.write("agentgen-accept.toml", "[[accept]]\nrule = 1\n");
    let output = folder.check(&[]);
    assert!(output.contains("agentgen-accept.toml:2: `rule` is no text"), "{output}");
}

/// The contract whose route moved, with a comment on the rpc.
fn commented(comment: &str) -> String {
    moved().replace("// Finds a task.", comment)
}

#[test]
fn a_comment_accepts_what_stands_beside_it() {
    let folder = Folder::with_a_break();
    let comment = "// Finds a task.\n  // agentgen:allow http-path-changed all callers moved";
    folder.write("new/tasks.proto", &commented(comment));
    insta::assert_snapshot!("allowed", folder.check(&[]));
}

#[test]
fn a_comment_without_a_reason_accepts_nothing() {
    let folder = Folder::with_a_break();
    folder.write("new/tasks.proto", &commented("// agentgen:allow http-path-changed"));
    insta::assert_snapshot!("allowed_without_reason", folder.check(&[]));
}

#[test]
fn a_comment_on_something_else_is_stale() {
    let folder = Folder::with_a_break();
    let comment = "// agentgen:allow http-path-changed moved\n// Keeps tasks.";
    folder.write("new/tasks.proto", &moved().replace("// Keeps tasks.", comment));
    let output = folder.check(&[]);
    assert!(output.contains("error[http-path-changed]"), "{output}");
    assert!(output.contains("warning[acceptance-stale]"), "{output}");
}

#[test]
fn a_misspelt_rule_is_an_error() {
    let folder = Folder::with_a_break();
    folder.write("new/tasks.proto", &commented("// agentgen:allow http-path-change moved"));
    let output = folder.check(&[]);
    let said = "no rule has the name `http-path-change`; did you mean `http-path-changed`?";
    assert!(output.contains(said), "{output}");
}
