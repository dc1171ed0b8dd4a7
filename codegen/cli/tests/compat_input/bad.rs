//! Whatever is wrong with a side, one message names the file and says what to
//! do.

use super::encode::{field, file, message, number, set};
use super::tree::{Tree, image};
use agentgen_codegen::compat::input::{Side, select};

const GOOD: &str = "syntax = \"proto3\"; package a; message M {}";

/// What is said of an image that does not open, without the advice.
fn image_failure(bytes: &[u8]) -> String {
    let tree = Tree::new(&[]);
    tree.write("x.binpb", bytes);
    let said = tree.failure("x.binpb");
    said.split(" (hint").next().unwrap_or_default().to_owned()
}

fn text_failure(files: &[(&str, &str)]) -> String {
    Tree::new(files).failure(".")
}

#[test]
fn a_path_that_does_not_exist_says_what_a_side_can_be() {
    insta::assert_snapshot!(Tree::new(&[]).failure("none"), @"cannot read `DIR/none`: no such file or folder (hint: a side is a .proto file, a folder, a descriptor image, git:REF:PATH, or - for standard input)");
}

#[test]
fn a_folder_without_protos_is_refused() {
    insta::assert_snapshot!(text_failure(&[("readme.md", "")]), @"cannot read `DIR/.`: the folder holds no .proto file");
}

#[test]
fn damaged_images_are_refused() {
    let whole = image(&[("a.proto", GOOD), ("b.proto", "syntax = \"proto3\"; package b;")]);
    let cut = &whole[..whole.len() - 3];
    let garbage = b"\x00\x01\x02\xff\xfe";
    let length = [&whole[..], b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"].concat();
    let nameless = set(&[field(2, b"a")]);
    let said: Vec<_> =
        [cut, &garbage[..], &length, &nameless].map(image_failure).into_iter().collect();
    insta::assert_snapshot!(said.join("\n"), @"
`DIR/x.binpb` is no descriptor image: it is damaged behind the file `a.proto`
`DIR/x.binpb` is no descriptor image: it does not begin as one
`DIR/x.binpb` is no descriptor image: it is damaged behind the file `b.proto`
`DIR/x.binpb` is no descriptor image: it does not begin as one
");
}

#[test]
fn damage_inside_a_file_names_the_file() {
    let tree = Tree::new(&[("new/a.proto", GOOD)]);
    let bad_field = field(2, &field(1, &[0xff]));
    tree.write("x.binpb", &set(&[file("a.proto", &[], &[message("M", &[bad_field])])]));
    let (old, new) = (tree.side("x.binpb"), tree.side("new"));
    let error = select(&old, &new).expect("it is selected").read().expect_err("it is damaged");
    insta::assert_snapshot!(tree.cut(&error.to_string()), @"cannot compare `DIR/x.binpb`: the descriptor of `a.proto` is damaged: the bytes are no encoded protobuf message (hint: make an image with `buf build -o image.binpb`, or with `protoc --include_imports --include_source_info -o image.binpb FILE.proto`)");
}

#[test]
fn messages_nested_without_end_are_damage_and_no_overflow() {
    let mut nested = field(1, b"M");
    for _ in 0..20_000 {
        nested = [field(1, b"M"), field(3, &nested)].concat();
    }
    let tree = Tree::new(&[("new/a.proto", GOOD)]);
    tree.write("x.binpb", &set(&[file("a.proto", &[], &[field(4, &nested)])]));
    let (old, new) = (tree.side("x.binpb"), tree.side("new"));
    assert!(select(&old, &new).expect("it is selected").read().is_err());
}

#[test]
fn what_is_no_image_says_how_to_make_one() {
    let tree = Tree::new(&[("empty.binpb", ""), ("image.json", "{\"file\": []}")]);
    tree.write("no_files.binpb", &field(2, b""));
    tree.write("packed.zst", &[0x28, 0xb5, 0x2f, 0xfd, 0]);
    tree.write("packed.gz", &[0x1f, 0x8b, 8, 0, 1]);
    let names = ["empty.binpb", "image.json", "no_files.binpb", "packed.zst", "packed.gz"];
    insta::assert_snapshot!(names.map(|name| tree.failure(name)).join("\n"), @"
`DIR/empty.binpb` is empty (hint: make an image with `buf build -o image.binpb`, or with `protoc --include_imports --include_source_info -o image.binpb FILE.proto`)
`DIR/image.json` is an image in JSON, which is not supported (hint: make an image with `buf build -o image.binpb`, or with `protoc --include_imports --include_source_info -o image.binpb FILE.proto`)
`DIR/no_files.binpb` holds no files (hint: make an image with `buf build -o image.binpb`, or with `protoc --include_imports --include_source_info -o image.binpb FILE.proto`)
`DIR/packed.zst` is packed with zstd (hint: unpack it with `zstd -d`, or pack it with gzip)
cannot read `DIR/packed.gz`: its gzip is damaged: unexpected end of file
");
}

#[test]
fn an_import_that_is_missing_is_named_with_its_importer() {
    let image = set(&[file("a.proto", &["b.proto"], &[])]);
    insta::assert_snapshot!(image_failure(&image), @"`a.proto` imports `b.proto`, which `DIR/x.binpb` does not hold");
    let text = "syntax = \"proto3\"; import \"b.proto\";";
    insta::assert_snapshot!(text_failure(&[("a.proto", text)]), @"DIR/a.proto:1:20: `b.proto` is not in any include folder (hint: did you mean `a.proto`?)");
}

#[test]
fn imports_that_run_in_a_ring_are_shown() {
    let image = set(&[
        file("a.proto", &["b.proto"], &[]),
        file("b.proto", &["c.proto"], &[]),
        file("c.proto", &["b.proto"], &[]),
    ]);
    insta::assert_snapshot!(image_failure(&image), @"`b.proto` imports itself in `DIR/x.binpb`: b.proto -> c.proto -> b.proto");
    let files = [
        ("a.proto", "syntax = \"proto3\"; import \"b.proto\";"),
        ("b.proto", "syntax = \"proto3\"; import \"a.proto\";"),
    ];
    insta::assert_snapshot!(text_failure(&files), @"DIR/b.proto:1:20: `a.proto` imports itself: a.proto -> b.proto -> a.proto (hint: move what both files need into a third file)");
}

#[test]
fn message_sets_are_refused_wherever_they_are() {
    let options = field(7, &number(1, 1));
    let inner = field(3, &[field(1, b"Inner"), options].concat());
    let image = set(&[file("a.proto", &[], &[message("M", &[inner])])]);
    insta::assert_snapshot!(image_failure(&image), @"`a.proto` in `DIR/x.binpb` uses `message_set_wire_format`, which is not supported");
    let text = "syntax = \"proto2\";\nmessage M {\n  option message_set_wire_format = true;\n  extensions 4 to max;\n}";
    insta::assert_snapshot!(text_failure(&[("a.proto", text)]), @"DIR/a.proto:3:3: `a.proto` uses `message_set_wire_format`, which is not supported (hint: declare the extensions in a plain message; proto3 and current editions have no message sets)");
}

#[test]
fn a_name_that_two_files_declare_is_refused() {
    let files =
        [file("a.proto", &[], &[message("M", &[])]), file("b.proto", &[], &[message("M", &[])])];
    insta::assert_snapshot!(image_failure(&set(&files)), @"`DIR/x.binpb` declares `a.M` in `a.proto` and again in `b.proto`");
    let twice = [file("a.proto", &[], &[]), file("a.proto", &[], &[])];
    insta::assert_snapshot!(image_failure(&set(&twice)), @"`DIR/x.binpb` holds the file `a.proto` twice");
    insta::assert_snapshot!(text_failure(&[("a.proto", GOOD), ("b.proto", GOOD)]), @"DIR/b.proto:1:39: name 'a.M' is already defined in file 'a.proto'");
}

#[test]
fn a_text_that_is_not_utf8_is_named() {
    let tree = Tree::new(&[]);
    tree.write("a.proto", b"syntax = \"proto3\"; // \xff");
    insta::assert_snapshot!(tree.failure("a.proto"), @"cannot read `DIR/a.proto`: it is not valid UTF-8");
}

#[test]
fn a_text_in_editions_is_refused_where_it_is_compared() {
    let edition = "edition = \"2023\";\npackage a;\nmessage E {}";
    let old = Tree::new(&[("e.proto", edition), ("a.proto", GOOD)]);
    let changed = "syntax = \"proto3\"; package a; message M { int32 x = 1; }";
    let new = Tree::new(&[("e.proto", edition), ("a.proto", changed)]);
    assert!(select(&old.side("."), &new.side(".")).is_ok());
    let error = select(&old.side("."), &Tree::new(&[("a.proto", GOOD)]).side("."))
        .map(|_| ())
        .expect_err("it is compared");
    insta::assert_snapshot!(old.cut(&error.to_string()), @r#"DIR/e.proto:1:1: the text of edition 2023 is not supported (hint: write `syntax = "proto3";`, or make a descriptor image of it and pass that: protoc --include_imports --include_source_info -o image.binpb e.proto)"#);
}

#[test]
fn both_sides_cannot_be_standard_input() {
    let error = Side::open_both("-", "-", &[]).map(|_| ()).expect_err("one of them is empty");
    insta::assert_snapshot!(error.to_string(), @"standard input can be one side, not both");
}
