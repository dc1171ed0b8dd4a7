//! Sides inside a git repository. The program is run in it, as a test must not
//! change the current folder of all tests.

use std::path::Path;
use std::process::Command;

use super::tree::{Tree, image};

const BASE: &str = "syntax = \"proto3\"; package a.v1; message Base { string id = 1; }";
const API: &str =
    "syntax = \"proto3\"; package a.v1; import \"a/v1/base.proto\"; message Api { Base base = 1; }";
const BROKEN: &str = "syntax = \"proto3\"; package a.v1; message Base { int32 id = 1; }";

/// A repository with two tags; since the second, a type has changed.
fn repository() -> Tree {
    let tree = Tree::new(&[("proto/a/v1/base.proto", BASE), ("proto/a/v1/api.proto", API)]);
    tree.write("proto/.hidden/x.proto", b"no proto");
    tree.write("image.binpb", &image(&[("a/v1/base.proto", BASE), ("a/v1/api.proto", API)]));
    let root = tree.path("");
    git(&root, &["init", "--quiet"]);
    git(&root, &["add", "."]);
    commit(&root);
    for tag in ["v1.10.0", "v1.9.0", "v1.10.0-rc1"] {
        git(&root, &["tag", tag]);
    }
    tree.write("proto/a/v1/base.proto", BROKEN.as_bytes());
    tree
}

fn commit(root: &Path) {
    let who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
    git(root, &[&who[..], &["commit", "--quiet", "--message=All"]].concat());
}

fn git(root: &Path, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(root).status();
    assert!(status.expect("git is installed").success());
}

/// The exit code and what is said, both streams.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_agentgen"))
        .arg("check-compat")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("an exit code"), String::from_utf8_lossy(&said).into_owned())
}

/// Whether anything is to be compared, whatever the rules say of it.
fn differs(folder: &Path, arguments: &[&str]) -> bool {
    let (code, said) = check(folder, &[arguments, &["--state"]].concat());
    assert_ne!(code, 2, "{said}");
    said.trim() != "unchanged"
}

#[test]
fn a_ref_is_compared_with_the_work_tree() {
    let tree = repository();
    let root = tree.path("");
    assert!(differs(&root, &["git:HEAD:proto", "proto"]));
    assert!(!differs(&root, &["git:HEAD:proto", "git:v1.9.0:proto"]));
}

#[test]
fn a_path_in_a_ref_may_be_a_file_an_image_or_start_from_the_current_folder() {
    let tree = repository();
    let root = tree.path("");
    assert!(differs(&root, &["git:HEAD:proto/a/v1/base.proto", "proto/a/v1/base.proto"]));
    assert!(differs(&root, &["git:HEAD:./proto", "proto"]));
    assert!(differs(&root, &["git:HEAD:image.binpb", "proto"]));
    assert!(!differs(&root, &["git:HEAD:image.binpb", "image.binpb"]));
    // The import has changed.
    assert!(differs(&tree.path("proto"), &["git:HEAD:./a/v1/api.proto", "a/v1/api.proto"]));
}

#[test]
fn include_folders_are_looked_up_under_the_ref() {
    let tree = repository();
    let user =
        "syntax = \"proto3\"; import \"a/v1/base.proto\"; message User { a.v1.Base base = 1; }";
    tree.write("app/user.proto", user.as_bytes());
    git(&tree.path(""), &["add", "."]);
    git(&tree.path(""), &["stash", "push", "--quiet", "--", "proto"]);
    commit(&tree.path(""));
    assert!(!differs(&tree.path(""), &["git:HEAD:app", "app", "-I", "proto"]));
    assert!(!differs(&tree.path("app"), &["git:HEAD:./", ".", "-I", "../proto"]));
}

#[test]
fn tags_stand_in_the_order_of_versions() {
    let tree = repository();
    let (_, said) = check(&tree.path(""), &["--against-tags", "v*", "proto", "--format", "json"]);
    let places = ["v1.9.0", "v1.10.0-rc1", "v1.10.0\""].map(|tag| said.find(tag));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?} in {said}");
}

#[test]
fn what_git_does_not_have_is_said_in_one_line() {
    let tree = repository();
    let apart = Tree::new(&[("a.proto", BASE)]);
    let said: Vec<_> = [
        (&tree, vec!["git:nope:proto", "proto"]),
        (&tree, vec!["git:--all:proto", "proto"]),
        (&tree, vec!["git:HEAD:nope", "proto"]),
        (&tree, vec!["git:HEAD:../..", "proto"]),
        (&tree, vec!["git::proto", "proto"]),
        (&tree, vec!["--against-tags", "x*", "proto"]),
        (&apart, vec!["git:HEAD:proto", "."]),
    ]
    .into_iter()
    .map(|(tree, arguments)| {
        let (code, said) = check(&tree.path(""), &arguments);
        assert_eq!(code, 2, "{said}");
        said
    })
    .collect();
    insta::assert_snapshot!(said.concat());
}
