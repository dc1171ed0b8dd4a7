//! From paths on disk to compiled files.

use std::fs;
use std::path::{Path, PathBuf};

use agentgen_codegen::source::{self, SourceError, Sources};

/// A folder of files that is removed at the end of the test.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders are made");
            fs::write(path, text).expect("files are written");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, inputs: &[&str], includes: &[&str]) -> Result<Sources, SourceError> {
        let paths = |names: &[&str]| names.iter().map(|name| self.path(name)).collect::<Vec<_>>();
        source::load(&paths(inputs), &paths(includes))
    }

    /// The findings of a load that fails, with the folder cut out of them.
    fn failure(&self, inputs: &[&str], includes: &[&str]) -> String {
        let error = self.load(inputs, includes).expect_err("it does not compile");
        error.to_string().replace(&self.0.path().display().to_string(), "DIR")
    }
}

const A: &str = "syntax = \"proto3\"; package a; import \"a/b.proto\"; message A { B b = 1; }";
const B: &str = "syntax = \"proto3\"; package a; message B {}";

#[test]
fn an_input_in_the_folder_of_its_package_needs_no_include() {
    let tree = Tree::new(&[("proto/a/a.proto", A), ("proto/a/b.proto", B)]);
    let sources = tree.load(&["proto/a/a.proto"], &[]).expect("it compiles");
    assert_eq!(sources.inputs(), ["a/a.proto"]);
    let paths: Vec<_> = sources.paths().into_iter().map(Path::to_owned).collect();
    assert_eq!(paths, [tree.path("proto/a/a.proto"), tree.path("proto/a/b.proto")]);
    assert_eq!(sources.texts().get("a/b.proto"), Some(B));
}

#[test]
fn an_input_elsewhere_imports_from_its_own_folder() {
    let tree = Tree::new(&[("proto/one.proto", A), ("proto/a/b.proto", B)]);
    let sources = tree.load(&["proto/one.proto"], &[]).expect("it compiles");
    assert_eq!(sources.inputs(), ["one.proto"]);
}

#[test]
fn a_folder_stands_for_every_file_below_it() {
    let hidden = ("proto/.git/x.proto", "no proto");
    let tree = Tree::new(&[("proto/a/a.proto", A), ("proto/a/b.proto", B), hidden]);
    let sources = tree.load(&["proto", "proto/a/a.proto"], &[]).expect("it compiles");
    assert_eq!(sources.inputs(), ["a/a.proto", "a/b.proto"]);
}

#[test]
fn inputs_are_named_by_path_or_as_imports() {
    let tree = Tree::new(&[("proto/a/a.proto", A), ("proto/a/b.proto", B)]);
    let includes = [tree.path("proto")];
    let sources = source::load(&[PathBuf::from("a/a.proto")], &includes).expect("it compiles");
    assert_eq!(sources.inputs(), ["a/a.proto"]);
}

#[test]
fn every_input_that_cannot_be_read_is_reported() {
    let tree = Tree::new(&[("empty/readme.md", ""), ("bad.proto", "")]);
    fs::write(tree.path("bad.proto"), [0xff, 0xfe]).expect("a file is written");
    assert_eq!(
        tree.failure(&["none.proto", "empty", "bad.proto"], &[]),
        "cannot read `DIR/none.proto`: no such file\n\
         cannot read `DIR/empty`: the folder holds no .proto file\n\
         cannot read `bad.proto`: it is not valid UTF-8"
    );
}

#[test]
fn an_input_outside_every_include_is_refused_with_a_hint() {
    let tree = Tree::new(&[("proto/a/b.proto", B), ("other/x.proto", "")]);
    assert_eq!(
        tree.failure(&["proto/a/b.proto"], &["other"]),
        "`DIR/proto/a/b.proto` lies outside every include folder (hint: add `-I DIR/proto`)"
    );
}

#[test]
fn an_include_that_is_not_there_is_refused() {
    let tree = Tree::new(&[("proto/b.proto", B)]);
    assert_eq!(
        tree.failure(&["proto/b.proto"], &["proto", "prto"]),
        "cannot read `DIR/prto`: no such folder of imports"
    );
}

#[test]
fn an_input_that_an_earlier_include_hides_is_refused() {
    let tree = Tree::new(&[("one/b.proto", B), ("two/b.proto", B)]);
    let found = tree.failure(&["two/b.proto"], &["one", "two"]);
    assert!(found.starts_with("`DIR/two/b.proto` is hidden by `DIR/one/b.proto`"), "{found}");
}

#[test]
fn an_import_that_another_folder_would_satisfy_names_the_folder() {
    let tree = Tree::new(&[("deep/down/one.proto", A), ("deep/a/b.proto", B)]);
    assert_eq!(
        tree.failure(&["deep/down/one.proto"], &[]),
        "one.proto:1:31: `a/b.proto` is not in any include folder (hint: add `-I DIR/deep`)"
    );
}

#[test]
fn an_include_folder_wins_over_bundled_google_api_only() {
    let own = "syntax = \"proto3\"; package google.api; message Mine {}";
    let wrong = "this is no proto";
    let user = "syntax = \"proto3\"; import \"google/api/http.proto\"; import \"google/protobuf/any.proto\";
        import \"agentgen/v1/options.proto\"; message M { google.api.Mine mine = 1; google.protobuf.Any any = 2; }";
    let tree = Tree::new(&[
        ("google/api/http.proto", own),
        ("google/protobuf/any.proto", wrong),
        ("agentgen/v1/options.proto", wrong),
        ("user.proto", user),
    ]);
    let sources = tree.load(&["user.proto"], &[]).expect("it compiles");
    assert_eq!(sources.texts().get("google/api/http.proto"), Some(own));
}

#[test]
fn an_import_cannot_leave_its_folder() {
    let text = "syntax = \"proto3\"; import \"../secret.proto\"; import \"/etc/hostname\";";
    let tree = Tree::new(&[("in/x.proto", text), ("secret.proto", "syntax = \"proto3\";")]);
    let found = tree.failure(&["in/x.proto"], &[]);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.starts_with("x.proto:1:27: invalid import (hint: "), "{found}");
}

#[test]
fn every_bundled_file_compiles() {
    let names = [
        "agentgen/v1/options.proto",
        "google/api/annotations.proto",
        "google/api/client.proto",
        "google/api/field_behavior.proto",
        "google/api/field_info.proto",
        "google/api/httpbody.proto",
        "google/api/resource.proto",
        "google/api/routing.proto",
        "google/api/visibility.proto",
        "google/longrunning/operations.proto",
        "google/rpc/code.proto",
        "google/rpc/error_details.proto",
        "google/rpc/status.proto",
        "google/type/date.proto",
        "google/type/decimal.proto",
        "google/type/money.proto",
        "google/type/postal_address.proto",
    ];
    let imports: String = names.map(|name| format!("import \"{name}\";")).concat();
    source::from_texts([("a.proto", format!("syntax = \"proto3\";{imports}"))])
        .expect("they compile");
}

#[test]
fn encoded_descriptors_keep_extensions_and_drop_source_info() {
    use prost_reflect::prost::Message;
    let text = "syntax = \"proto3\"; import \"google/api/annotations.proto\"; message M {}
        service S { rpc A(M) returns (M) { option (google.api.http).get = \"/unlikely\"; } }";
    let sources = source::from_texts([("a.proto", text)]).expect("it compiles");
    let bytes = sources.encode();
    assert!(bytes.windows(9).any(|window| window == b"/unlikely"));
    let set = prost_types::FileDescriptorSet::decode(bytes.as_slice()).expect("it decodes");
    let names: Vec<&str> = set.file.iter().map(prost_types::FileDescriptorProto::name).collect();
    assert_eq!(names.first(), Some(&"google/api/http.proto"));
    assert_eq!(names.last(), Some(&"a.proto"));
    assert!(set.file.iter().all(|file| file.source_code_info.is_none()));
    let with_comments = sources.descriptor_set();
    assert!(with_comments.file.iter().any(|file| file.source_code_info.is_some()));
}

#[test]
fn the_zero_values_of_imports_are_not_judged() {
    let enums = "syntax = \"proto3\"; package a; enum Kind { GOOD = 0; }";
    let main = "syntax = \"proto3\"; package a; import \"a/b.proto\"; message A { Kind kind = 1; }";
    let tree = Tree::new(&[("a/a.proto", main), ("a/b.proto", enums)]);
    let found = |inputs: &[&str]| {
        let sources = tree.load(inputs, &[""]).expect("it compiles");
        agentgen_codegen::contract::lower(&sources).1.len()
    };
    assert_eq!((found(&["a/a.proto"]), found(&["a/b.proto"])), (0, 1));
}
