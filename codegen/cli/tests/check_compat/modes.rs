//! Exit codes, modes, profiles, settings.

use serde_json::json;

use super::{Folder, OLD};

#[test]
fn a_break_is_shown_on_both_sides_and_exits_with_1() {
    insta::assert_snapshot!("break", Folder::with_a_break().check(&[]));
}

#[test]
fn equal_sides_exit_with_0() {
    let folder = Folder::with(&[("old/tasks.proto", OLD), ("new/tasks.proto", OLD)]);
    let expected = "findings: 0 errors, 0 warnings, 0 infos\n\
                    rollout: safe in any order\nversion: none\n";
    assert_eq!(folder.check(&[]), format!("exit 0\n--- stdout\n{expected}--- stderr\n"));
}

#[test]
fn the_version_moves_with_what_changed() {
    let bump = |new: &str| {
        let folder = Folder::with(&[("old/tasks.proto", OLD), ("new/tasks.proto", new)]);
        folder.json(&[])["bump"].clone()
    };
    assert_eq!(bump(OLD), "none");
    assert_eq!(bump(&OLD.replace("message Task {", "message Other {}\nmessage Task {")), "minor");
    assert_eq!(bump(&OLD.replace("/v1/", "/v2/")), "major");
}

#[test]
fn state_is_one_word() {
    let folder = Folder::with_a_break();
    assert_eq!(folder.check(&["--state"]), "exit 1\n--- stdout\nincompatible\n--- stderr\n");
    folder.write("new/tasks.proto", OLD);
    assert_eq!(folder.check(&["--state"]), "exit 0\n--- stdout\nunchanged\n--- stderr\n");
}

#[test]
fn a_profile_looks_at_its_own_axes() {
    let folder = Folder::with_a_break();
    let rules = |profile: &str| {
        let report = folder.json(&["--profile", profile]);
        let findings = report["findings"].as_array().expect("a list").clone();
        findings.iter().map(|finding| finding["rule"].clone()).collect::<Vec<_>>()
    };
    for profile in ["all", "rest"] {
        assert!(rules(profile).contains(&json!("http-path-changed")), "{profile}");
    }
    for profile in ["wire", "wire-json", "events", "source"] {
        assert!(!rules(profile).contains(&json!("http-path-changed")), "{profile}");
    }
}

#[test]
fn names_are_checked() {
    let folder = Folder::with_a_break();
    for arguments in [["--profile", "wiree"], ["--mode", "SIDEWAYS"], ["--format", "yaml"]] {
        let output = folder.check(&arguments);
        assert!(output.starts_with("exit 2\n") && output.contains("possible values"), "{output}");
    }
    let lower = folder.check(&["--mode", "full"]);
    assert!(lower.starts_with("exit 1\n"), "{lower}");
    folder.write("agentgen.toml", "[compat]\nmode = \"SIDEWAYS\"\n");
    let output = folder.check(&[]);
    assert!(
        output.contains("agentgen.toml: no mode `SIDEWAYS`; known are SERVER_FIRST, "),
        "{output}"
    );
}

#[test]
fn settings_name_the_sides_and_the_profile() {
    let folder = Folder::with_a_break();
    let settings = "protos = [\"new\"]\n[compat]\nbaseline = \"old\"\nprofile = \"rest\"\n\
                    mode = \"FULL\"\naccept = \"accepted.toml\"\n";
    folder.write("agentgen.toml", settings);
    folder.write("accepted.toml", "");
    let output = folder.agentgen(&["check-compat", "--format", "json"]);
    assert!(output.starts_with("exit 1\n"), "{output}");
    for said in
        [r#""profile": "rest""#, r#""mode": "FULL""#, r#""subject": "new""#, "http-path-changed"]
    {
        assert!(output.contains(said), "{said}: {output}");
    }
    folder.agentgen(&["check-compat", "--accept", "--reason", "x"]);
    assert!(folder.read("accepted.toml").contains("http-path-changed"));
}
