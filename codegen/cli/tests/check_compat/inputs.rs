//! Which sides are compared, and what is said of those that cannot be judged.

use super::{Folder, OLD, moved};

#[test]
fn a_side_in_git_needs_no_checkout() {
    let folder = Folder::with(&[("proto/tasks.proto", OLD)]);
    folder.git(&["init", "--quiet"]);
    folder.commit("v1.0.0");
    folder.write("proto/tasks.proto", &moved());
    let output = folder.agentgen(&["check-compat", "git:v1.0.0:proto", "proto"]);
    insta::assert_snapshot!("git", output);
}

#[test]
fn every_tag_is_checked_and_a_break_is_told_once() {
    let folder = Folder::with(&[("proto/tasks.proto", OLD)]);
    folder.git(&["init", "--quiet"]);
    folder.commit("v1.0.0");
    folder.write("README.md", "x");
    folder.commit("v1.1.0");
    folder.write("proto/tasks.proto", &moved());
    folder.commit("v2.0.0");
    let check = ["check-compat", "--against-tags", "v*", "proto"];
    insta::assert_snapshot!("tags", folder.agentgen(&check));
    let newest = ["check-compat", "--against-tags", "v2*", "proto"];
    assert!(folder.agentgen(&newest).starts_with("exit 0\n"));
    let from_git = ["check-compat", "--against-tags", "v1*", "git:v2.0.0:proto"];
    assert!(folder.agentgen(&from_git).starts_with("exit 1\n"));
}

#[test]
fn what_cannot_be_judged_exits_with_2() {
    let folder = Folder::with_a_break();
    folder.git(&["init", "--quiet"]);
    folder.commit("v1.0.0");
    for (arguments, said) in [
        (&["old", "absent"][..], "absent"),
        (&["old"], "no old side"),
        (&[], "no old side"),
        (&["git:absent:old", "new"], "absent"),
        (&["git:v1.0.0:absent", "new"], "absent"),
        (&["--against-tags", "w*", "new"], "no git tag matches `w*`"),
        (&["--against-tags", "v*", "old", "new"], "name the new side alone"),
        (&["--against-tags", "v*"], "no new side"),
        (&["--against-tags", "v*", "-"], "needs a path in the repository"),
    ] {
        let output = folder.agentgen(&[&["check-compat"], arguments].concat());
        assert!(output.starts_with("exit 2\n") && output.contains(said), "{arguments:?} {output}");
    }
}

#[test]
fn a_side_that_does_not_compile_is_shown() {
    let folder = Folder::with_a_break();
    folder.write("new/tasks.proto", &OLD.replace("string title", "strin title"));
    insta::assert_snapshot!("does_not_compile", folder.check(&[]));
}

#[test]
fn two_files_of_different_names_are_two_versions_of_one() {
    let folder = Folder::with(&[("v1.proto", OLD), ("v2.proto", OLD)]);
    let output = folder.agentgen(&["check-compat", "v1.proto", "v2.proto"]);
    assert!(
        output.starts_with("exit 0\n--- stdout\nfindings: 0 errors, 0 warnings, 0 infos\n"),
        "{output}"
    );
}

#[test]
fn profiles_of_the_anchor_print_its_annotations() {
    let removed = OLD.replace("  string title = 2;\n", "");
    let folder = Folder::with(&[("old/tasks.proto", OLD), ("new/tasks.proto", &removed)]);
    let json = folder.check(&["--profile", "buf:WIRE_JSON", "--format", "json"]);
    let expected = concat!(
        r#"{"path":"new/tasks.proto","start_line":18,"start_column":1,"end_line":20,"end_column":2,"#,
        r#""type":"FIELD_NO_DELETE_UNLESS_NAME_RESERVED","message":"Previously present field "#,
        r#"\"2\" with name \"title\" on message \"Task\" was deleted without reserving the name "#,
        r#"\"title\"."}"#
    );
    assert!(json.starts_with("exit 1\n") && json.contains(expected), "{json}");
    let text = folder.check(&["--profile", "buf:WIRE"]);
    let line = "new/tasks.proto:18:1: Previously present field \"2\"";
    assert!(
        text.contains(line) && text.contains("(FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED)"),
        "{text}"
    );
    let clean = folder.check(&["--profile", "buf:CSR", "--limit", "1"]);
    assert_eq!(clean.matches('\n').count(), 4, "{clean}");
}

#[test]
fn the_breaking_section_of_a_buf_yaml_is_honoured() {
    let removed = OLD.replace("  string title = 2;\n", "");
    let folder = Folder::with(&[("old/tasks.proto", OLD), ("new/tasks.proto", &removed)]);
    folder.write("buf.yaml", "version: v2\nbreaking:\n  use: [WIRE]\n");
    assert!(folder.check(&["--config", "buf.yaml"]).starts_with("exit 1\n"));
    folder.write("buf.yaml", "version: v2\nbreaking:\n  use: [WIRE]\n  ignore: [tasks.proto]\n");
    assert_eq!(folder.check(&["--config", "buf.yaml"]), "exit 0\n--- stdout\n--- stderr\n");
    folder.write("buf.yaml", "version: v9\n");
    assert!(folder.check(&["--config", "buf.yaml"]).contains("agentgen: buf.yaml:1:10: "));
}

#[test]
fn what_the_anchor_does_not_know_is_refused() {
    let folder = Folder::with_a_break();
    for (arguments, said) in [
        (&["--mode", "FULL"][..], "--mode is for the native profiles"),
        (&["--witness"], "--witness is for the native profiles"),
        (&["--format", "sarif"], "the formats text and json, not sarif"),
    ] {
        let output = folder.check(&[&["--profile", "buf:FILE"], arguments].concat());
        assert!(output.starts_with("exit 2\n") && output.contains(said), "{output}");
    }
}
