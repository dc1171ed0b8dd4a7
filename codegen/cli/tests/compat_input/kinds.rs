//! Files, folders and images are sides, and of both sides is read what differs,
//! what imports it, and what these import.

use std::io::Write as _;

use agentgen_codegen::compat::input::Side;

use super::encode::{field, file, message, number, set};
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

#[test]
fn a_packed_image_is_unpacked_whatever_it_is_called() {
    let tree = Tree::new(&[]);
    tree.write("plain.binpb", &image(&FILES));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&image(&FILES)).expect("it packs");
    tree.write("packed", &packed.finish().expect("it packs"));
    assert_eq!(selected(&tree.side("plain.binpb"), &tree.side("packed")), [[""; 0]; 2]);
}

#[test]
fn an_image_says_which_files_are_imports() {
    let is_import = field(8042, &number(1, 1));
    let tree = Tree::new(&[]);
    tree.write(
        "x.binpb",
        &set(&[file("a.proto", &["b.proto"], &[]), file("b.proto", &[], &[is_import])]),
    );
    let side = tree.side("x.binpb");
    let imports: Vec<_> = side.heads().iter().map(|head| head.is_import).collect();
    assert_eq!(imports, [false, true]);
    assert_eq!(side.path_of("b.proto"), "b.proto");
}

#[test]
fn places_and_comments_are_no_difference() {
    let tree = Tree::new(&[]);
    let moved = FILES.map(|(name, text)| (name, format!("// More.\n\n{text}")));
    let moved = moved.each_ref().map(|(name, text)| (*name, text.as_str()));
    tree.write("old.binpb", &image(&FILES));
    tree.write("new.binpb", &image(&moved));
    assert_eq!(selected(&tree.side("old.binpb"), &tree.side("new.binpb")), [[""; 0]; 2]);
}

#[test]
fn an_include_folder_inside_a_folder_holds_imports_alone() {
    let user = "syntax = \"proto3\"; import \"a/base.proto\"; message User { a.Base base = 1; }";
    let tree = Tree::new(&[("user.proto", user), ("vendor/a/base.proto", BASE)]);
    let side = Side::open(&tree.argument("."), &[tree.path("vendor")]).expect("it opens");
    let heads: Vec<_> = side.heads().iter().map(|head| (&*head.name, head.is_import)).collect();
    assert_eq!(heads, [("user.proto", false), ("a/base.proto", true)]);
}

#[test]
fn editions_are_read_from_images() {
    let edition = |number_of_edition: u64, more: &[Vec<u8>]| {
        let edition = [field(12, b"editions"), number(14, number_of_edition)].concat();
        set(&[file("e.proto", &[], &[edition, more.concat()])])
    };
    let tree = Tree::new(&[]);
    tree.write("old.binpb", &edition(1000, &[message("M", &[])]));
    tree.write("new.binpb", &edition(1001, &[message("M", &[])]));
    let names = ["e.proto"];
    assert_eq!(selected(&tree.side("old.binpb"), &tree.side("new.binpb")), [names, names]);
}

#[test]
fn what_compiles_once_is_compared_again_with_another_side() {
    let (first, second) = (Tree::new(&FILES), Tree::new(&FILES[1..2]));
    let tree = Tree::new(&with_change());
    let new = tree.side(".");
    assert_eq!(
        selected(&second.side("."), &new)[1],
        ["a/apart.proto", "a/base.proto", "a/leaf.proto", "a/other.proto"]
    );
    assert_eq!(selected(&first.side("."), &new), [EXPECTED, EXPECTED]);
}
