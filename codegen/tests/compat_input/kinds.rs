//! Files, folders and images are sides, and of both sides is read what differs,
//! what imports it, and what these import.

use super::tree::{Tree, image, selected};

const BASE: &str = "syntax = \"proto3\"; package a; message Base {}";
const LEAF: &str = "syntax = \"proto3\"; package a; import \"a/base.proto\"; import \"a/other.proto\"; message Leaf { Base base = 1; Other other = 2; }";
const OTHER: &str = "syntax = \"proto3\"; package a; message Other {}";
const APART: &str =
    "syntax = \"proto3\"; package a; import \"a/other.proto\"; message Apart { Other other = 1; }";
const CHANGED: &str = "syntax = \"proto3\"; package a; message Base { int32 more = 1; }";

const FILES: [(&str, &str); 4] = [
    ("a/apart.proto", APART),
    ("a/base.proto", BASE),
    ("a/leaf.proto", LEAF),
    ("a/other.proto", OTHER),
];

fn with_change() -> [(&'static str, &'static str); 4] {
    FILES.map(|(name, text)| (name, if text == BASE { CHANGED } else { text }))
}

const EXPECTED: [&str; 3] = ["a/base.proto", "a/leaf.proto", "a/other.proto"];

#[test]
fn of_folders_is_read_what_differs_its_importers_and_their_imports() {
    let (old, new) = (Tree::new(&FILES), Tree::new(&with_change()));
    assert_eq!(selected(&old.side("."), &new.side(".")), [EXPECTED, EXPECTED]);
    assert_eq!(selected(&old.side("."), &old.side(".")), [[""; 0]; 2]);
}

#[test]
fn of_images_is_read_what_differs_its_importers_and_their_imports() {
    let tree = Tree::new(&[]);
    tree.write("old.binpb", &image(&FILES));
    tree.write("new.binpb", &image(&with_change()));
    assert_eq!(selected(&tree.side("old.binpb"), &tree.side("new.binpb")), [EXPECTED, EXPECTED]);
    assert_eq!(selected(&tree.side("old.binpb"), &tree.side("old.binpb")), [[""; 0]; 2]);
}

#[test]
fn sides_may_differ_in_kind() {
    let tree = Tree::new(&FILES);
    tree.write("new.binpb", &image(&with_change()));
    assert_eq!(selected(&tree.side("."), &tree.side("new.binpb")), [EXPECTED, EXPECTED]);
}

#[test]
fn a_file_brings_its_imports_from_the_folder_of_its_package() {
    let tree = Tree::new(&FILES);
    let side = tree.side("a/leaf.proto");
    let heads: Vec<_> =
        side.heads().iter().map(|head| (head.name.as_str(), head.is_import)).collect();
    let expected = [("a/leaf.proto", false), ("a/base.proto", true), ("a/other.proto", true)];
    assert_eq!(heads, expected);
    assert_eq!(side.path_of("a/leaf.proto"), tree.argument("a/leaf.proto"));
    assert_eq!(side.texts().get("a/base.proto"), Some(BASE));
}
