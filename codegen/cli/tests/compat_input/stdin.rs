//! Standard input is an image or the text of one file.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::tree::{Tree, image};

const TEXT: &str = "syntax = \"proto3\"; package a; message M { string id = 1; }";
const CHANGED: &str = "syntax = \"proto3\"; package a; message M { int32 id = 1; }";

/// One word for the state, or what is said where it cannot be judged.
fn state(folder: &Path, sides: [&str; 2], input: &[u8]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_agentgen"))
        .arg("check-compat")
        .args(sides)
        .arg("--state")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    program.stdin.take().expect("a pipe").write_all(input).expect("it is read");
    let output = program.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).trim().to_owned()
}

#[test]
fn an_image_or_a_text_is_read_from_standard_input() {
    let tree = Tree::new(&[("a.proto", TEXT), ("b/a.proto", CHANGED)]);
    let image = image(&[("a.proto", TEXT)]);
    assert_eq!(state(&tree.path(""), ["-", "a.proto"], &image), "unchanged");
    assert_eq!(state(&tree.path(""), ["-", "b"], &image), "incompatible");
    assert_eq!(state(&tree.path(""), ["b/a.proto", "-"], TEXT.as_bytes()), "incompatible");
}

#[test]
fn files_are_compared_whatever_they_are_called() {
    let tree = Tree::new(&[("old.proto", TEXT), ("new.proto", TEXT)]);
    assert_eq!(state(&tree.path(""), ["old.proto", "new.proto"], b""), "compatible");
    assert_eq!(state(&tree.path(""), ["-", "new.proto"], TEXT.as_bytes()), "compatible");
}

#[test]
fn bad_input_is_named() {
    let tree = Tree::new(&[("a.proto", TEXT)]);
    let said = ["", "{}", "syntax = \"proto3\"; message {"]
        .map(|input| state(&tree.path(""), ["-", "a.proto"], input.as_bytes()));
    insta::assert_snapshot!(said.join("\n"));
}
