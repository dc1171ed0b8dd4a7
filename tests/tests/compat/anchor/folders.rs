//! Folders of texts, which each compiles by itself: the places are those that
//! our compiler found.

use std::fs;

use agentgen_codegen::compat::anchor::Settings;
use agentgen_codegen::compat::buf_yaml::BufYaml;

use super::buf::{self, Buf};
use super::config;
use super::corpus::Corpus;

const CONFIG: &str = r#"{"version":"v2","breaking":{"use":["FILE","PACKAGE","WIRE_JSON","WIRE"]}}"#;

#[test]
fn folders_of_texts_are_told_like_images() {
    let buf = Buf::new("folders");
    // Editions are for images.
    Corpus::read().write_some(buf.folder(), |text| !text.contains("edition ="));
    for side in ["old", "new"] {
        fs::write(buf.folder().join(side).join("buf.yaml"), CONFIG).expect("it is written");
    }
    let theirs = buf.breaking_as_configured("old", "new");
    let ours = ours(&buf, &config::settings(CONFIG));
    buf::assert_same("folders", &ours, &theirs);
}

/// What we say, with paths from the folder of the test.
fn ours(buf: &Buf, settings: &Settings) -> Vec<String> {
    let argument = |side: &str| buf.folder().join(side).display().to_string();
    let lines = buf::ours(&argument("old"), &argument("new"), settings);
    let folder = format!("{}/", buf.folder().display());
    lines.iter().map(|line| line.replace(&folder, "")).collect()
}

const WORKSPACE: &str = "
version: v2
modules:
  - path: proto
  - path: strict
    breaking:
      use: [PACKAGE]
      ignore_only:
        FIELD_SAME_TYPE: [strict/four.proto]
  - path: vendor
breaking:
  use: [WIRE]
  ignore: [proto/ignored, vendor]
";

#[test]
fn the_modules_of_a_workspace_have_rules_of_their_own() {
    let buf = Buf::new("workspace");
    let files = ["proto/one", "proto/ignored/two", "strict/three", "strict/four", "vendor/five"];
    for (side, kind) in [("old", "string"), ("new", "bool")] {
        for file in files {
            let path = buf.folder().join(side).join(format!("{file}.proto"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            let package = file.replace('/', ".");
            let text = format!(
                "syntax = \"proto3\"; package {package}; message M {{ {kind} {kind}_it = 1; }}"
            );
            fs::write(path, text).expect("it is written");
        }
        fs::write(buf.folder().join(side).join("buf.yaml"), WORKSPACE).expect("it is written");
    }
    let theirs = buf.breaking_as_configured("old", "new");
    let config = BufYaml::read(&buf.folder().join("new/buf.yaml")).expect("a configuration");
    let new = buf.folder().join("new").display().to_string();
    assert_eq!(ours(&buf, &config.settings(&new)), theirs);

    // A module by itself has its rules, too.
    let argument = |side: &str| buf.folder().join(side).join("strict").display().to_string();
    let settings = config.settings(&argument("new"));
    let strict = buf::ours(&argument("old"), &argument("new"), &settings);
    let of_strict = theirs.iter().filter(|line| line.contains("/strict/")).count();
    assert_eq!((strict.len(), of_strict), (of_strict, 5), "{strict:#?}");
}
