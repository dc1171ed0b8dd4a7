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
